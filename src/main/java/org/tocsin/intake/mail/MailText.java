package org.tocsin.intake.mail;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a mail as its sender wrote it: without what it quotes, its signature, and the line breaks of transport. */
final class MailText {
    static final int LONGEST = 64_000;
    private static final int MOST_FIELDS = 50;
    private static final int LONGEST_VALUE = 500;

    /** Where a mail program begins what was written before. Each looks at one line alone. */
    private static final Pattern HISTORY = Pattern.compile("(?i)\\s*(-{2,} ?(original message|ursprüngliche nachricht"
            + "|message d'origine|forwarded message|mensaje original|messaggio originale).{0,40}"
            + "|_{20,}|(on|am|le|el|il) .{4,200}(wrote|schrieb|a écrit|escribió|ha scritto).{0,80}:)\\s*");

    private static final Pattern FIELD = Pattern.compile("\\s*([\\p{L}][\\p{L}0-9 _/-]{0,40}?)\\s*:\\s+(\\S.*)");

    private MailText() {}

    /** Without quoted history and signature; where nothing else is left, as it came. */
    static String own(String text) {
        List<String> lines = new ArrayList<>();
        boolean any = false;
        for (String line : text.lines().toList()) {
            if (line.equals("-- ") || any && HISTORY.matcher(bounded(line, 400)).matches()) {
                break;
            }
            if (!line.startsWith(">")) {
                lines.add(line.stripTrailing());
                any |= !line.isBlank();
            }
        }
        String own = String.join("\n", lines).strip();
        return own.isEmpty() ? bounded(text.strip(), LONGEST) : bounded(own, LONGEST);
    }

    /** RFC 3676: a line that ends in a space goes on in the next one. */
    static String unflowed(String text, boolean deleteSpace) {
        StringBuilder all = new StringBuilder();
        boolean goesOn = false;
        for (String raw : text.lines().toList()) {
            boolean quoted = raw.startsWith(">");
            String line = raw.startsWith(" ") ? raw.substring(1) : raw;
            if (goesOn && quoted) {
                all.append('\n');
            }
            boolean flows = line.endsWith(" ") && !line.equals("-- ") && !quoted;
            all.append(flows && deleteSpace ? line.substring(0, line.length() - 1) : line);
            all.append(flows ? "" : "\n");
            goesOn = flows;
        }
        return all.toString();
    }

    /**
     * {@code Severity: Extreme} on a line of its own, by its name in lower case; the first one of a name counts. So a
     * mapping can point at it.
     */
    static Map<String, String> fields(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        text.lines().limit(500).filter(line -> line.length() <= LONGEST_VALUE).forEach(line -> {
            Matcher field = FIELD.matcher(line);
            if (fields.size() < MOST_FIELDS && field.matches()) {
                fields.putIfAbsent(
                        field.group(1).toLowerCase(Locale.ROOT), field.group(2).strip());
            }
        });
        return fields;
    }

    static String bounded(String text, int most) {
        return text.length() <= most ? text : cut(text, most);
    }

    /** Never through the middle of a character. */
    static String cut(String text, int at) {
        return text.substring(0, Character.isHighSurrogate(text.charAt(at - 1)) ? at - 1 : at);
    }
}
