package org.tocsin.message;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One template in one language, as in {@code config/templates/<name>/<language>.yaml}, validated.
 *
 * @param whenEmpty by variable: what is said where the alert says nothing
 */
public record TemplateText(WhatsApp whatsapp, Sms sms, Email email, Map<String, String> whenEmpty) {

    public TemplateText {
        whenEmpty = Collections.unmodifiableMap(new TreeMap<>(whenEmpty));
    }

    /**
     * What is approved at Meta.
     *
     * @param language Meta's locale: {@code en_US}, {@code fr}
     * @param ttlSeconds {@code message_send_ttl_seconds}, 30..43200: later, WhatsApp drops the message
     * @param shorter the same text approved with a shorter time to live, without header
     * @param body the approved text with its named parameters
     */
    public record WhatsApp(
            String name,
            String language,
            String category,
            int ttlSeconds,
            List<Shorter> shorter,
            @Nullable Spare spare,
            @Nullable Header header,
            String body,
            List<Button> buttons) {

        public WhatsApp {
            // Null in what was frozen by a hub that knew none.
            shorter = shorter == null ? List.of() : List.copyOf(shorter);
            buttons = List.copyOf(buttons);
        }

        /** The named parameters in the order of the body. */
        public List<String> parameters() {
            return Placeholders.variables(body).stream().map(Variable::word).toList();
        }
    }

    /** For an alert that ends before the time to live of the first. */
    public record Shorter(String name, int ttlSeconds) {}

    /** A second approved template with the same body and buttons, without header, for when the first is paused. */
    public record Spare(String name, String language) {}

    /**
     * The alert's image above the text. Meta refuses a template approved with a header when it comes without one, so
     * the two forms are two approved templates.
     *
     * @param type {@code image}
     * @param name the approved template with the same body and buttons, and the header
     */
    public record Header(String type, String name) {}

    /** @param label the button as approved, at most 25 characters */
    public record Button(String answer, String label) {}

    /**
     * @param transliterate whether characters outside GSM-7 are replaced where that makes the whole text GSM-7
     * @param maxSegments the text is shortened until it fits
     */
    public record Sms(String text, boolean transliterate, int maxSegments) {}

    /** {@code html} is what goes into the body element. */
    public record Email(String subject, String text, String html) {}
}
