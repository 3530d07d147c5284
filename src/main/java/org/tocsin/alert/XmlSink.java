package org.tocsin.alert;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes XML 1.0. Not the JDK's writer, which leaves carriage returns unescaped (a reader makes line feeds of them) and
 * lets through characters that no XML parser accepts; those become U+FFFD here.
 */
final class XmlSink implements CapSink {
    private final StringBuilder out = new StringBuilder(2048);
    private int depth = 1;

    private XmlSink() {}

    static String document(String namespace, Consumer<CapSink> body) {
        XmlSink sink = new XmlSink();
        sink.out
                .append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"")
                .append(namespace)
                .append("\">\n");
        body.accept(sink);
        return sink.out.append("</alert>\n").toString();
    }

    @Override
    public void text(String name, @Nullable String text) {
        if (text != null && !CapText.strip(text).isEmpty()) {
            present(name, text);
        }
    }

    @Override
    public void present(String name, String text) {
        indent().append('<').append(name).append('>');
        escape(CapText.strip(text));
        out.append("</").append(name).append(">\n");
    }

    @Override
    public void number(String name, @Nullable String number) {
        text(name, number);
    }

    @Override
    public void texts(String name, List<String> texts) {
        texts.forEach(text -> text(name, text));
    }

    @Override
    public void words(String name, List<String> words) {
        text(name, CapText.joined(words));
    }

    @Override
    public <T> void groups(String name, List<T> items, Consumer<T> body) {
        for (T item : items) {
            indent().append('<').append(name).append(">\n");
            depth++;
            body.accept(item);
            depth--;
            indent().append("</").append(name).append(">\n");
        }
    }

    private StringBuilder indent() {
        return out.append("  ".repeat(depth));
    }

    private void escape(String text) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;"); // for ]]>
                case '\r' -> out.append("&#13;");
                default -> out.appendCodePoint(isXml(c) ? c : 0xFFFD);
            }
        });
    }

    /** XML 1.0, production 2. */
    private static boolean isXml(int c) {
        return c >= 0x20 && c <= 0xD7FF || c == '\n' || c == '\t' || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000;
    }
}
