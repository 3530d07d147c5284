package org.tocsin.delivery.email;

import static java.util.regex.Matcher.quoteReplacement;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tocsin.message.Rendered;

/** Puts the person's link where the message has its placeholder, or leaves out what is about it. */
final class AcknowledgeLink {
    private static final String PLACEHOLDER = Pattern.quote(Rendered.ACKNOWLEDGE_LINK);

    /** An anchor to the link, with what it encloses. Possessive and bounded: the HTML may be long. */
    private static final Pattern ANCHOR = Pattern.compile(
            "<a\\s[^<>]{0,500}?" + PLACEHOLDER + "[^<>]{0,500}>.{0,2000}?</a>",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private AcknowledgeLink() {}

    static String inText(String text, @Nullable String link) {
        if (!text.contains(Rendered.ACKNOWLEDGE_LINK)) {
            return text;
        }
        if (link != null) {
            return text.replace(Rendered.ACKNOWLEDGE_LINK, link);
        }
        // "Confirm here:" without a link would only puzzle: the whole line goes.
        String rest = text.lines()
                .filter(line -> !line.contains(Rendered.ACKNOWLEDGE_LINK))
                .collect(Collectors.joining("\n"));
        return rest.isBlank() ? text.replace(Rendered.ACKNOWLEDGE_LINK, "") : rest;
    }

    static String inHtml(String html, @Nullable String link) {
        if (!html.contains(Rendered.ACKNOWLEDGE_LINK)) {
            return html;
        }
        return link != null
                ? html.replace(Rendered.ACKNOWLEDGE_LINK, escape(link))
                : ANCHOR.matcher(html).replaceAll(quoteReplacement("")).replace(Rendered.ACKNOWLEDGE_LINK, "");
    }

    /** For text and for attribute values in either kind of quotes. */
    private static String escape(String link) {
        return link.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
