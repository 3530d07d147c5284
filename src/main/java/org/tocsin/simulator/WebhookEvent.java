package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Something Meta would tell the business. Small, because a backlog may hold many; JSON is made when it is posted. */
sealed interface WebhookEvent {

    /**
     * Which events may share a {@code value}: what has contacts and what has none never do, because a failure comes
     * without contacts.
     */
    enum Company {
        MESSAGES(",\"messages\":[", true),
        STATUSES(",\"statuses\":[", true),
        FAILURES(",\"statuses\":[", false),
        /** A change of its own. */
        ALONE("", false);

        final String member;
        final boolean contacts;

        Company(String member, boolean contacts) {
            this.member = member;
            this.contacts = contacts;
        }
    }

    Company company();

    /** Signed with another secret. */
    boolean forged();

    /** The phone number id that it is about; empty: of none. */
    default String number() {
        return "";
    }

    /** Whom it concerns, for {@code contacts}. */
    String waId();

    void appendTo(AsciiJson json);

    /** Username and profile come with delivered and read, and with what people send. */
    default boolean hasProfile() {
        return true;
    }

    /**
     * @param phone false for a BSUID or a group: then there is no {@code recipient_id} that is a number
     * @param priced pricing comes with sent and with one of delivered and read
     * @param conversation is told where pricing is: only to apps below v24
     */
    record Status(
            String number,
            String wamid,
            String status,
            long epochSecond,
            String waId,
            boolean phone,
            @Nullable String callbackKey,
            boolean template,
            boolean priced,
            int code,
            boolean conversation,
            boolean forged)
            implements WebhookEvent {

        private static final int DAY = 86_400;

        /** Opaque; the same for one person. */
        private String conversationId() {
            return "%016x".formatted(waId.hashCode() * 0x9E3779B97F4A7C15L);
        }

        @Override
        public Company company() {
            return code == 0 ? Company.STATUSES : Company.FAILURES;
        }

        @Override
        public boolean hasProfile() {
            return !status.equals("sent");
        }

        @Override
        public void appendTo(AsciiJson json) {
            json.raw("{\"id\":").string(wamid).raw(",\"status\":").string(status);
            json.raw(",\"timestamp\":\"").number(epochSecond).raw("\"");
            if (phone) {
                json.raw(",\"recipient_id\":").string(waId);
            }
            if (code == 0 || !phone) {
                json.raw(",\"recipient_user_id\":").string(phone ? bsuid(waId) : waId);
            }
            if (callbackKey != null) {
                json.raw(",\"biz_opaque_callback_data\":").string(callbackKey);
            }
            if (priced && conversation) {
                json.raw(",\"conversation\":{\"id\":").string(conversationId());
                if (status.equals("sent")) {
                    json.raw(",\"expiration_timestamp\":\"")
                            .number(epochSecond + DAY)
                            .raw("\"");
                }
                json.raw(",\"origin\":{\"type\":")
                        .string(template ? "utility" : "service")
                        .raw("}}");
            }
            if (priced) {
                json.raw(",\"pricing\":{\"billable\":true,\"pricing_model\":\"PMP\",\"type\":\"regular\",\"category\":")
                        .string(template ? "utility" : "service")
                        .raw("}");
            }
            if (code != 0) {
                JsonNode error = GraphError.of(code, "Simulated failure.").toStatusError();
                json.raw(",\"errors\":[").escaped(error.toString()).raw("]");
            }
            json.raw("}");
        }
    }

    /** What a person sent; {@code message} is complete. */
    record Inbound(String number, String waId, ObjectNode message, boolean userIdAsPhone) implements WebhookEvent {
        @Override
        public Company company() {
            return Company.MESSAGES;
        }

        @Override
        public boolean forged() {
            return false;
        }

        @Override
        public void appendTo(AsciiJson json) {
            json.escaped(message.toString());
        }
    }

    /** Of another field than {@code messages}, such as {@code message_template_status_update}. */
    record Notice(String field, ObjectNode value) implements WebhookEvent {
        @Override
        public Company company() {
            return Company.ALONE;
        }

        @Override
        public boolean forged() {
            return false;
        }

        @Override
        public String waId() {
            return "";
        }

        @Override
        public void appendTo(AsciiJson json) {
            json.escaped(value.toString());
        }
    }

    default void appendContactTo(AsciiJson json) {
        json.raw(hasProfile() ? "{\"profile\":{\"name\":\"Simulated Person\"}," : "{");
        boolean phone = Addresses.isPhone(waId());
        if (phone || this instanceof Inbound inbound && inbound.userIdAsPhone()) {
            json.raw("\"wa_id\":").string(waId()).raw(",");
        }
        json.raw("\"user_id\":").string(phone ? bsuid(waId()) : waId()).raw("}");
    }

    /** A business-scoped user id that is stable per number; the country before the dot is always US here. */
    static String bsuid(String waId) {
        return "US." + Long.toUnsignedString(waId.hashCode() * 0x9E3779B97F4A7C15L);
    }
}
