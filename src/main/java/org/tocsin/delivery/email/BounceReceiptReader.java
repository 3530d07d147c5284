package org.tocsin.delivery.email;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.Receipt;
import org.tocsin.delivery.ReceiptReader;

/** Bounces as receipts: the only ones that e-mail has. Kept as the JSON of {@link #write}, without anything personal. */
public final class BounceReceiptReader implements ReceiptReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** @param key the callback key of ours that the bounce carried */
    public static byte[] write(String key, Bounce bounce) {
        try {
            return JSON.writeValueAsBytes(JSON.createObjectNode()
                    .put("key", key)
                    .put("status", bounce.status())
                    .put("addressUnusable", bounce.addressUnusable()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a bounce cannot be written as JSON");
        }
    }

    @Override
    public String source() {
        return EmailChannel.NAME;
    }

    @Override
    public boolean marksAddresses() {
        return true;
    }

    @Override
    public Events read(byte[] body) {
        try {
            JsonNode bounce = JSON.readTree(body);
            String status = bounce.path("status").asText("");
            Receipt receipt = new Receipt(
                    EmailChannel.NAME,
                    bounce.path("key").asText(),
                    null,
                    Receipt.Kind.FAILED,
                    Instant.now(),
                    new Rejected(
                            status.isEmpty() || status.equals("null") ? "bounce" : "bounce " + status,
                            bounce.path("addressUnusable").asBoolean()));
            return new Events(List.of(receipt), List.of(), List.of(), 0);
        } catch (IOException e) {
            return new Events(List.of(), List.of(), List.of(), 1);
        }
    }
}
