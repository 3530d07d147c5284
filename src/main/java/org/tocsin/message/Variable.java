package org.tocsin.message;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a template may say about an alert: the closed list behind {@code {{name}}}. The bounds (UTF-16 units) hold for
 * every channel; a channel may shorten further.
 */
enum Variable {
    /** CAP {@code event}. */
    EVENT(100),
    /** CAP {@code headline}, else {@code event}. */
    HEADLINE(300),
    DESCRIPTION(8_000),
    INSTRUCTION(4_000),
    /** Every {@code areaDesc}, joined by commas. */
    AREA(500),
    /** CAP {@code senderName}, else {@code source}, else {@code sender}. */
    SOURCE(100),
    /** When the alert was sent, in the hub's time zone and the language's format. */
    TIME(60),
    /** CAP {@code onset}, else {@code effective}. */
    ONSET(60),
    EXPIRES(60),
    /** See {@link VerificationCode}. */
    CODE(VerificationCode.LENGTH),
    /** CAP {@code severity} in the words of the language, from {@code index.yaml}. */
    SEVERITY(40),
    /** How many alerts a digest tells of: the CAP parameter {@code tocsin:count}. */
    COUNT(20),
    CONTACT(200),
    /** CAP {@code web} where it is an http or https link, else empty. */
    WEB(500);

    private static final Map<String, Variable> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Variable::word, Function.identity()));

    private final int maxLength;

    Variable(int maxLength) {
        this.maxLength = maxLength;
    }

    /** As written between the braces. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    int maxLength() {
        return maxLength;
    }

    static Optional<Variable> of(String word) {
        return Optional.ofNullable(BY_NAME.get(word));
    }

    /** For a remedy: {@code {{event}}, {{headline}}, …}. */
    static String choices() {
        return Arrays.stream(values()).map(v -> "{{" + v.word() + "}}").collect(Collectors.joining(", "));
    }
}
