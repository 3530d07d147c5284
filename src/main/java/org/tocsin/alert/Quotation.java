package org.tocsin.alert;

/** The sender's own words in a sentence about them: short, on one line, and harmless on a terminal. */
final class Quotation {
    private static final int MAX = 40;

    private Quotation() {}

    /** In quotation marks, at most 40 characters between them. */
    static String of(String text) {
        return '"' + bare(text) + '"';
    }

    /** Without quotation marks: for a name that becomes part of an element path. */
    static String bare(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            String shown = shown(c);
            i += Character.charCount(c);
            // the last place is kept for the ellipsis unless the text ends here
            int room = i < text.length() ? MAX - 1 : MAX;
            if (out.length() + shown.length() > room) {
                return out.append('…').toString();
            }
            out.append(shown);
        }
        return out.toString();
    }

    private static String shown(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> unsafe(c) ? escaped(c) : Character.toString(c);
        };
    }

    /** Control characters move the cursor; format characters (bidirectional overrides) turn the line round. */
    private static boolean unsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static String escaped(int c) {
        return c <= 0xFFFF ? "\\u%04x".formatted(c) : "\\u{%x}".formatted(c);
    }
}
