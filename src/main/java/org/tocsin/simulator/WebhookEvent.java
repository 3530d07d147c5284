package org.tocsin.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Something Meta would tell the business. Small, because a backlog may hold many; JSON is made when it is posted. */
sealed interface WebhookEvent {

    /** Signed with another secret. */
    boolean forged();

    /** Whom it concerns, for {@code contacts}. */
    String waId();

    void appendTo(ArrayNode statuses, ArrayNode messages);

    /** {@code failed} comes without contacts. */
    default boolean hasContact() {
        return true;
    }

    /** Username and profile come with delivered and read, and with what people send. */
    default boolean hasProfile() {
        return true;
    }

    /**
     * @param phone false for a BSUID or a group: then there is no {@code recipient_id} that is a number
     * @param priced pricing comes with sent and with one of delivered and read
     */
    record Status(
            String wamid,
            String status,
            long epochSecond,
            String waId,
            boolean phone,
            @Nullable String callbackKey,
            boolean template,
            boolean priced,
            int code,
            boolean forged)
            implements WebhookEvent {

        @Override
        public boolean hasContact() {
            return code == 0;
        }

        @Override
        public boolean hasProfile() {
            return !status.equals("sent");
        }

        @Override
        public void appendTo(ArrayNode statuses, ArrayNode messages) {
            ObjectNode node = statuses.addObject();
            node.put("id", wamid).put("status", status).put("timestamp", Long.toString(epochSecond));
            if (phone) {
                node.put("recipient_id", waId);
            }
            if (code == 0 || !phone) {
                node.put("recipient_user_id", phone ? bsuid(waId) : waId);
            }
            if (callbackKey != null) {
                node.put("biz_opaque_callback_data", callbackKey);
            }
            if (priced) {
                node.putObject("pricing")
                        .put("billable", true)
                        .put("pricing_model", "PMP")
                        .put("type", "regular")
                        .put("category", template ? "utility" : "service");
            }
            if (code != 0) {
                node.putArray("errors")
                        .add(GraphError.of(code, "Simulated failure.").toStatusError());
            }
        }
    }

    /** What a person sent; {@code message} is complete. */
    record Inbound(String waId, ObjectNode message) implements WebhookEvent {
        @Override
        public boolean forged() {
            return false;
        }

        @Override
        public void appendTo(ArrayNode statuses, ArrayNode messages) {
            messages.add(message);
        }
    }

    default ObjectNode contact() {
        ObjectNode contact = JsonNodeFactory.instance.objectNode();
        if (hasProfile()) {
            contact.putObject("profile").put("name", "Simulated Person");
        }
        boolean phone = Addresses.isPhone(waId());
        if (phone) {
            contact.put("wa_id", waId());
        }
        return contact.put("user_id", phone ? bsuid(waId()) : waId());
    }

    /** A business-scoped user id that is stable per number; the country before the dot is always US here. */
    static String bsuid(String waId) {
        return "US." + Long.toUnsignedString(waId.hashCode() * 0x9E3779B97F4A7C15L);
    }
}
