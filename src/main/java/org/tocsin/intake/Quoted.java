package org.tocsin.intake;

/** A sender's text within a sentence of ours: short, printable, on one line, long numbers and addresses masked. */
public final class Quoted {
    private static final int MAX = 80;

    private Quoted() {}

    public static String of(String text) {
        return "\"" + plain(text, MAX) + "\"";
    }

    /** The first {@code max} characters; what cannot be printed becomes a dot, what may be personal is masked. */
    public static String plain(String text, int max) {
        StringBuilder plain = new StringBuilder();
        // A cut through a number must not show what the whole would have hidden: mask first, over a bounded part.
        String start = text.length() <= 4 * max ? text : text.substring(0, 4 * max);
        String masked =
                start.replaceAll("\\+?\\d[\\d .()-]{4,}\\d", "•••").replaceAll("[^\\s\"<>:,;]+@[^\\s\"<>:,;]+", "•••");
        masked.codePoints().limit(max).forEach(c -> {
            if (printable(c)) {
                plain.appendCodePoint(c);
            } else {
                plain.append('.');
            }
        });
        return plain.toString();
    }

    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
