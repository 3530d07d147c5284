package org.tocsin.intake.cap;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK's validator says against an element, as a sentence of ours. Its own quotes the document and speaks the
 * language of the machine; only its code (XML Schema 1.0, part 1, appendix C) and the names of the schema are taken.
 */
final class CapExpectation {
    /** {@code "urn:…":references} as the validator writes a name of the schema. */
    private static final Pattern NAME = Pattern.compile("\":([A-Za-z]{1,40})(?=[,}])");

    private CapExpectation() {}

    /**
     * @param element its name, perhaps with a number: {@code info[2]}
     * @return null where another message says the same
     */
    static @Nullable String of(@Nullable String element, String message) {
        int colon = message.indexOf(':');
        String code = colon < 0 ? "" : message.substring(0, colon);
        return switch (code) {
            case "cvc-type.3.1.3" -> null; // after that of the datatype
            case "cvc-complex-type.2.4.a" -> "here " + names(message);
            case "cvc-complex-type.2.4.b" -> "more in it: " + names(message);
            case "cvc-complex-type.2.4.d" -> "nothing more at this place";
            case "cvc-complex-type.2.3" -> "elements, and no text beside them";
            case "cvc-type.3.1.2" -> "text alone, and no elements in it";
            case "cvc-type.3.1.1", "cvc-complex-type.3.2.2" -> "no such attribute";
            case "cvc-enumeration-valid" -> "one of " + words(message);
            case "cvc-pattern-valid", "cvc-datatype-valid.1.2.1" -> value(element);
            default -> "what the schema says: " + (code.matches("[a-z0-9.-]{1,40}") ? code : "it is not that");
        };
    }

    /** The last list in braces: before it may stand the name of a foreign element, which its sender chose. */
    private static String names(String message) {
        int from = message.lastIndexOf('{');
        Matcher names = NAME.matcher(from < 0 ? "" : message.substring(from));
        String all = names.results().map(found -> found.group(1)).distinct().collect(Collectors.joining(", "));
        return all.isEmpty() ? "what the schema has at this place" : "one of " + all;
    }

    private static String words(String message) {
        int from = message.lastIndexOf("'[");
        int to = message.lastIndexOf(']');
        String all = from < 0 || to < from ? "" : message.substring(from + 2, to);
        return all.matches("[A-Za-z, ]{1,300}") ? all : "the words of the schema";
    }

    private static String value(@Nullable String element) {
        String name = element == null ? "" : element.replaceAll("\\[\\d+]$", "");
        return switch (name) {
            case "sent", "effective", "onset", "expires" ->
                "a time such as 2026-11-26T14:03:00+01:00, with a numeric zone, seconds and no fraction";
            case "size" -> "a whole number of bytes";
            case "altitude", "ceiling" -> "a number of feet above mean sea level";
            case "language" -> "a language code such as en-US";
            case "web", "uri" -> "an address (URI)";
            default -> "a value of the type that the schema has for it";
        };
    }
}
