package org.tocsin.delivery.whatsapp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryRefused;
import org.tocsin.message.Rendered.MediaHeader;
import org.tocsin.message.Rendered.NamedText;
import org.tocsin.message.Rendered.QuickReply;
import org.tocsin.message.Rendered.WhatsAppTemplate;

/**
 * The body of a template message (WhatsApp Cloud API, messages, template with named parameters). All of it but the number
 * and the callback key is the same for everybody who is told in that language: it is written once, with holes for those.
 * Safe for any number of threads.
 */
final class TemplateJson {
    private static final JsonFactory JSON = new JsonFactory();

    private enum Hole {
        TO,
        CALLBACK_KEY
    }

    /** @param at how many bytes of the text are before it */
    private record Cut(int at, Hole hole) {}

    private final byte[] text;
    private final List<Cut> cuts;

    private TemplateJson(byte[] text, List<Cut> cuts) {
        this.text = text;
        this.cuts = List.copyOf(cuts);
    }

    static TemplateJson of(WhatsAppTemplate template) {
        return new Writing().write(template);
    }

    /** Both hold nothing that JSON escapes: the channel has checked them. */
    byte[] body(String to, String callbackKey) {
        byte[] number = to.getBytes(StandardCharsets.US_ASCII);
        byte[] key = callbackKey.getBytes(StandardCharsets.US_ASCII);
        int length = text.length;
        for (Cut cut : cuts) {
            length += cut.hole == Hole.TO ? number.length : key.length;
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        int from = 0;
        for (Cut cut : cuts) {
            body.put(text, from, cut.at - from).put(cut.hole == Hole.TO ? number : key);
            from = cut.at;
        }
        return body.put(text, from, text.length - from).array();
    }

    /** Notes, while the JSON is written, where the holes are. */
    private static final class Writing {
        private final ByteArrayBuilder bytes = new ByteArrayBuilder(1024);
        private final List<Cut> cuts = new ArrayList<>();

        TemplateJson write(WhatsAppTemplate template) {
            try (JsonGenerator json = JSON.createGenerator(bytes)) {
                json.writeStartObject();
                json.writeStringField("messaging_product", "whatsapp");
                json.writeStringField("recipient_type", "individual");
                text(json, "to", "", Hole.TO);
                json.writeStringField("type", "template");
                json.writeObjectFieldStart("template");
                json.writeStringField("name", template.name());
                json.writeObjectFieldStart("language");
                json.writeStringField("code", template.language());
                json.writeEndObject();
                components(json, template);
                json.writeEndObject();
                text(json, "biz_opaque_callback_data", "", Hole.CALLBACK_KEY);
                json.writeEndObject();
                json.flush();
                return new TemplateJson(bytes.toByteArray(), cuts);
            } catch (IOException e) {
                throw new DeliveryRefused(new DeliveryOutcome.Misconfigured("text-malformed"));
            }
        }

        /** A text that ends with a hole. */
        private void text(JsonGenerator json, String field, String begin, Hole hole) throws IOException {
            json.writeFieldName(field);
            json.writeRawValue('"' + new String(JsonStringEncoder.getInstance().quoteAsString(begin)));
            json.flush();
            cuts.add(new Cut(bytes.size(), hole));
            json.writeRaw('"');
        }

        private void components(JsonGenerator json, WhatsAppTemplate template) throws IOException {
            json.writeArrayFieldStart("components");
            MediaHeader header = template.header();
            if (header != null) {
                json.writeStartObject();
                json.writeStringField("type", "header");
                json.writeArrayFieldStart("parameters");
                json.writeStartObject();
                json.writeStringField("type", header.type());
                json.writeObjectFieldStart(header.type());
                json.writeStringField("link", header.link());
                json.writeEndObject();
                json.writeEndObject();
                json.writeEndArray();
                json.writeEndObject();
            }
            if (!template.bodyParameters().isEmpty()) {
                json.writeStartObject();
                json.writeStringField("type", "body");
                json.writeArrayFieldStart("parameters");
                for (NamedText parameter : template.bodyParameters()) {
                    json.writeStartObject();
                    json.writeStringField("type", "text");
                    json.writeStringField("parameter_name", parameter.name());
                    json.writeStringField("text", wellFormed(parameter.text()));
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            for (QuickReply reply : template.quickReplies()) {
                quickReply(json, reply);
            }
            json.writeEndArray();
        }

        private void quickReply(JsonGenerator json, QuickReply reply) throws IOException {
            json.writeStartObject();
            json.writeStringField("type", "button");
            json.writeStringField("sub_type", "quick_reply");
            json.writeStringField("index", Integer.toString(reply.index()));
            json.writeArrayFieldStart("parameters");
            json.writeStartObject();
            json.writeStringField("type", "payload");
            text(json, "payload", reply.answer() + ':', Hole.CALLBACK_KEY);
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    /** Half a surrogate pair, left by some truncation, would make the whole body unreadable: it becomes U+FFFD. */
    private static String wellFormed(String text) {
        StringBuilder repaired = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            repaired = repaired == null ? new StringBuilder(text) : repaired;
            repaired.setCharAt(i, '\uFFFD');
        }
        return repaired == null ? text : repaired.toString();
    }
}
