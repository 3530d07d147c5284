package org.tocsin.intake.mail;

import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/** The text that a person would read in an HTML mail. Nothing is fetched and nothing run: jsoup only parses. */
final class MailHtml {
    private static final String UNSEEN = "script, style, head, title, template, noscript, object, svg, [hidden],"
            + " [style*=display:none], [style*=display: none], blockquote[type=cite], .gmail_quote, #divRplyFwdMsg ~ *,"
            + " #divRplyFwdMsg";

    private static final Set<String> BREAKS = Set.of(
            "br",
            "p",
            "div",
            "li",
            "tr",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "table",
            "ul",
            "ol",
            "pre",
            "blockquote",
            "hr",
            "section",
            "article",
            "header",
            "footer");

    private MailHtml() {}

    static String text(String html) {
        Document document = Jsoup.parse(html);
        String own = read(document.clone(), true);
        return own.isBlank() ? read(document, false) : own;
    }

    private static String read(Document document, boolean onlyOwn) {
        document.select(onlyOwn ? UNSEEN : "script, style, head").remove();
        StringBuilder text = new StringBuilder();
        document.body().traverse(new NodeVisitor() {
            @Override
            public void head(Node node, int depth) {
                if (node instanceof TextNode words) {
                    append(text, words.getWholeText());
                } else if (node instanceof Element element && BREAKS.contains(element.normalName())) {
                    newLine(text);
                } else if (node instanceof Element element
                        && element.normalName().matches("t[dh]")) {
                    append(text, " ");
                }
            }

            @Override
            public void tail(Node node, int depth) {
                if (node instanceof Element element && BREAKS.contains(element.normalName())) {
                    newLine(text);
                }
            }
        });
        return text.toString().strip();
    }

    private static void append(StringBuilder text, String words) {
        for (int i = 0; i < words.length() && text.length() < MailText.LONGEST; i++) {
            char c = words.charAt(i);
            boolean space = Character.isWhitespace(c) || c == '\u00a0';
            if (!space) {
                text.append(c);
            } else if (!text.isEmpty() && !Character.isWhitespace(text.charAt(text.length() - 1))) {
                text.append(' ');
            }
        }
    }

    private static void newLine(StringBuilder text) {
        while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
        if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
            text.append('\n');
        }
    }
}
