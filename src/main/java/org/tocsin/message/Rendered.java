package org.tocsin.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alert in the words of one language and the form of one channel; nothing in it depends on the person. No form shows
 * its text in {@code toString}: it may end in a log.
 */
public sealed interface Rendered {

    /** The template and its version, as recorded with each attempt: {@code flood@3f9a1c2b}. */
    String version();

    /**
     * A WhatsApp template message.
     *
     * @param spare the template to use when this one is refused by the provider, or null
     * @param ttlSeconds how long the provider tries to deliver it; 0 where that is not known
     * @param shorter the same with a shorter time to live, the longest first
     * @param bodyParameters named parameters in order, already free of newlines, tabs and runs of spaces
     */
    record WhatsAppTemplate(
            String version,
            String name,
            String language,
            List<NamedText> bodyParameters,
            @Nullable MediaHeader header,
            List<QuickReply> quickReplies,
            @Nullable WhatsAppTemplate spare,
            int ttlSeconds,
            List<WhatsAppTemplate> shorter)
            implements Rendered {
        public WhatsAppTemplate {
            shorter = List.copyOf(shorter);
        }

        /** With a time to live that is not known. */
        public WhatsAppTemplate(
                String version,
                String name,
                String language,
                List<NamedText> bodyParameters,
                @Nullable MediaHeader header,
                List<QuickReply> quickReplies,
                @Nullable WhatsAppTemplate spare) {
            this(version, name, language, bodyParameters, header, quickReplies, spare, 0, List.of());
        }

        @Override
        public String toString() {
            return "WhatsAppTemplate[" + version + ", " + name + ", " + language + "]";
        }
    }

    record NamedText(String name, String text) {
        @Override
        public String toString() {
            return "NamedText[" + name + "]";
        }
    }

    /**
     * @param type {@code image}, {@code video} or {@code document}
     * @param link https, fetched by the provider, never by the hub
     */
    record MediaHeader(String type, String link) {}

    /** @param answer the word that the button stands for, one of {@code org.tocsin.delivery.Answer} */
    record QuickReply(int index, String answer) {}

    /**
     * May hold {@link #ACKNOWLEDGE_LINK} where the template does.
     *
     * @param segments how many SMS the text takes in its encoding (GSM-7: 160, then 153 each; UCS-2: 70, then 67), a
     *     personal link counted as 64 characters
     */
    record SmsText(String version, String text, boolean gsm7, int segments) implements Rendered {
        @Override
        public String toString() {
            return "SmsText[" + version + ", gsm7=" + gsm7 + ", segments=" + segments + "]";
        }
    }

    /** {@code html} is complete and escaped; the placeholder {@link #ACKNOWLEDGE_LINK} stands for the personal link. */
    record EmailMessage(String version, String subject, String text, String html) implements Rendered {
        @Override
        public String toString() {
            return "EmailMessage[" + version + "]";
        }
    }

    /**
     * Replaced by the channel with the person's own acknowledgement link. Templates have it on a line of its own: where
     * there is no link, the channel leaves out the lines that hold it. No value of an alert ever spells it.
     */
    String ACKNOWLEDGE_LINK = "{{acknowledge-link}}";
}
