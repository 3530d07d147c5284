package org.tocsin.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The body of a webhook post, several entries with several changes, written as Meta writes it: ASCII, with escapes that
 * a re-serialised body loses. Only the raw bytes carry the signature.
 */
final class WebhookBody {
    static final String DISPLAY_NUMBER = "15550783881";
    static final String BUSINESS_ACCOUNT = "102290129340398";

    private static final int EVENTS_PER_CHANGE = 50;
    private static final int CHANGES_PER_ENTRY = 4;
    private static final int BYTES_PER_EVENT = 560;

    private final AsciiJson json;
    private int changes;

    private WebhookBody(int events) {
        this.json = new AsciiJson(1024 + events * BYTES_PER_EVENT);
    }

    /** A change is about one number: those of several numbers never share one. */
    static byte[] of(List<WebhookEvent> events) {
        WebhookBody body = new WebhookBody(events.size());
        body.json.raw("{\"object\":\"whatsapp_business_account\",\"entry\":[");
        for (WebhookEvent.Company company : WebhookEvent.Company.values()) {
            List<WebhookEvent> together = new ArrayList<>(EVENTS_PER_CHANGE);
            for (WebhookEvent event : events) {
                if (event.company() == company) {
                    if (!together.isEmpty() && !together.get(0).number().equals(event.number())) {
                        body.change(together);
                        together.clear();
                    }
                    together.add(event);
                    if (together.size() == EVENTS_PER_CHANGE || company == WebhookEvent.Company.ALONE) {
                        body.change(together);
                        together.clear();
                    }
                }
            }
            body.change(together);
        }
        return body.json.raw("]}]}").toBytes();
    }

    private void change(List<WebhookEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        if (changes % CHANGES_PER_ENTRY == 0) {
            json.raw(changes == 0 ? "{\"id\":" : "]},{\"id\":")
                    .string(BUSINESS_ACCOUNT)
                    .raw(",\"changes\":[");
        } else {
            json.raw(",");
        }
        changes++;
        if (events.get(0) instanceof WebhookEvent.Notice notice) {
            json.raw("{\"field\":").string(notice.field()).raw(",\"value\":");
            json.escaped(notice.value().toString()).raw("}");
            return;
        }
        json.raw("{\"field\":\"messages\",\"value\":{\"messaging_product\":\"whatsapp\",\"metadata\":{")
                .raw("\"display_phone_number\":")
                .string(DISPLAY_NUMBER)
                .raw(",\"phone_number_id\":")
                .string(events.get(0).number())
                .raw("}");
        contacts(events);
        json.raw(events.get(0).company().member);
        for (int i = 0; i < events.size(); i++) {
            json.raw(i == 0 ? "" : ",");
            events.get(i).appendTo(json);
        }
        json.raw("]}}");
    }

    /** One contact for each person, with the profile if any of the events tells it. */
    private void contacts(List<WebhookEvent> events) {
        if (!events.get(0).company().contacts) {
            return;
        }
        Map<String, WebhookEvent> people = new LinkedHashMap<>();
        for (WebhookEvent event : events) {
            people.merge(event.waId(), event, (one, other) -> other.hasProfile() ? other : one);
        }
        json.raw(",\"contacts\":[");
        String separator = "";
        for (WebhookEvent person : people.values()) {
            json.raw(separator);
            person.appendContactTo(json);
            separator = ",";
        }
        json.raw("]");
    }

    /** {@code sha256=} and the HMAC in lower-case hexadecimal. */
    static String signature(byte[] body, String appSecret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(appSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is missing", e);
        }
    }
}
