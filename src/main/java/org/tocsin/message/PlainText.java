package org.tocsin.message;

/** Foreign text made fit to be shown: never evaluated, never shortened in the middle of a character. */
final class PlainText {
    private PlainText() {}

    /**
     * Literal but for what no display should be told to do: control characters (ESC of ANSI sequences among them) and
     * the embeddings, overrides and isolates of bidirectional text go, as do lone surrogates and noncharacters. Line
     * ends of every kind become {@code \n}, at most two in a row, and tabs a space. The marks LRM and RLM stay.
     */
    static String clean(String text, int maxLength) {
        // What comes after twice the bound cannot matter, and a hostile text must not cost more than that.
        String some = text.length() > 2 * maxLength ? text.substring(0, 2 * maxLength) : text;
        var out = new StringBuilder(Math.min(some.length(), maxLength + 1));
        int newlines = 0;
        for (int i = 0; i < some.length(); ) {
            int c = some.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\r' && i < some.length() && some.charAt(i) == '\n') {
                continue;
            }
            if (isLineEnd(c)) {
                if (++newlines <= 2) {
                    out.append('\n');
                }
            } else if (c == '\t') {
                out.append(' ');
            } else if (isShown(c)) {
                newlines = 0;
                out.appendCodePoint(c);
            }
        }
        return cut(out.toString().strip(), maxLength, "…");
    }

    private static boolean isLineEnd(int c) {
        return c == '\n' || c == '\r' || c == 0x0b || c == 0x0c || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    private static boolean isShown(int c) {
        boolean bidi = c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
        boolean nonCharacter = (c & 0xfffe) == 0xfffe || c >= 0xfdd0 && c <= 0xfdef;
        return !bidi && !nonCharacter && c != 0xfeff && !Character.isISOControl(c) && !isLoneSurrogate(c);
    }

    private static boolean isLoneSurrogate(int c) {
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    }

    /** Cleaned text on one line, with at most four spaces in a row: what a WhatsApp parameter may hold. */
    static String oneLine(String clean) {
        var out = new StringBuilder(clean.length());
        for (int i = 0; i < clean.length(); ) {
            int end = i;
            boolean lineEnd = false;
            while (end < clean.length() && (clean.charAt(end) == ' ' || clean.charAt(end) == '\n')) {
                lineEnd |= clean.charAt(end) == '\n';
                end++;
            }
            if (end == i) {
                out.append(clean.charAt(i++));
            } else {
                out.append(lineEnd || end - i > 4 ? " " : clean.substring(i, end));
                i = end;
            }
        }
        return out.toString();
    }

    /** At most {@code keep} units, the ellipsis included; ends at a word where one is near. Empty when none fit. */
    static String cut(String text, int keep, String ellipsis) {
        if (text.length() <= keep) {
            return text;
        }
        int end = keep - ellipsis.length();
        if (end <= 0) {
            return "";
        }
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        int word = text.lastIndexOf(' ', end);
        if (word > 0 && end - word < 16) {
            end = word;
        }
        String kept = text.substring(0, end).stripTrailing();
        return kept.isEmpty() ? "" : kept + ellipsis;
    }

    /** For element content and quoted attributes. Braces too, so that a value never looks like a placeholder. */
    static String html(String clean) {
        var out = new StringBuilder(clean.length() + 16);
        for (int i = 0; i < clean.length(); i++) {
            char c = clean.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '{' -> out.append("&#123;");
                case '}' -> out.append("&#125;");
                case '\n' -> out.append("<br>\n");
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
