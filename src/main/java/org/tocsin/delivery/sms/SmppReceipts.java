package org.tocsin.delivery.sms;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.delivery.Receipt;

/**
 * What an SMSC sends us, from the headers of camel-smpp 4.17's receiver. SMPP echoes nothing of ours: a receipt is
 * matched by {@link SmppMessageIds#candidates(String)} of its provider id. Never throws.
 */
public final class SmppReceipts {
    /** Optional parameters, by tag (SMPP 3.4, 5.3.2). */
    private static final Short RECEIPTED_MESSAGE_ID = 0x001E;

    private static final Short MESSAGE_STATE = 0x0427;

    /** message_state (SMPP 3.4, 5.2.28), index = value. */
    private static final List<String> STATES =
            List.of("", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD");

    private static final Pattern ID = Pattern.compile("[!-~]{1,65}");
    private static final Pattern ERROR = Pattern.compile("[0-9A-Za-z]{1,8}");
    private static final Pattern NUMBER = Pattern.compile("\\+?[1-9][0-9]{6,14}");
    private static final int UNKNOWN = 0;
    private static final int INTERNATIONAL = 1;
    private static final int LONGEST_TEXT = 10_000;

    private SmppReceipts() {}

    /**
     * @param body the text of the message; of a receipt it is not needed
     * @param receivedAt when it came: the time in a receipt has no zone, and is not used
     */
    public static SmppEvents parse(Map<String, Object> headers, @Nullable Object body, Instant receivedAt) {
        String type = text(headers.get("CamelSmppMessageType"));
        if ("DeliveryReceipt".equals(type)) {
            Receipt receipt = receipt(headers, receivedAt);
            return receipt == null
                    ? new SmppEvents(List.of(), List.of(), 1)
                    : new SmppEvents(List.of(receipt), List.of(), 0);
        }
        if ("DeliverSm".equals(type)) {
            return new SmppEvents(List.of(), List.of(message(headers, body, receivedAt)), 0);
        }
        return new SmppEvents(List.of(), List.of(), 1);
    }

    private static @Nullable Receipt receipt(Map<String, Object> headers, Instant receivedAt) {
        String id = text(optional(headers, RECEIPTED_MESSAGE_ID));
        if (id == null || !ID.matcher(id).matches()) {
            id = text(headers.get("CamelSmppId"));
        }
        String state = text(headers.get("CamelSmppStatus"));
        if (state == null && optional(headers, MESSAGE_STATE) instanceof Number number) {
            int value = number.intValue();
            state = value > 0 && value < STATES.size() ? STATES.get(value) : null;
        }
        if (id == null || !ID.matcher(id).matches() || state == null) {
            return null;
        }
        Receipt.Kind kind =
                switch (state.toUpperCase(Locale.ROOT)) {
                    case "DELIVRD" -> Receipt.Kind.DELIVERED;
                    case "ACCEPTD", "ENROUTE" -> Receipt.Kind.SENT;
                    case "UNDELIV", "EXPIRED", "REJECTD", "DELETED", "UNKNOWN" -> Receipt.Kind.FAILED;
                    default -> null;
                };
        if (kind == null) {
            return null;
        }
        DeliveryOutcome failure = kind == Receipt.Kind.FAILED ? failure(state.toUpperCase(Locale.ROOT), headers) : null;
        return new Receipt(SmsChannel.NAME, null, SmppMessageIds.canonical(id), kind, receivedAt, failure);
    }

    /** The error in a receipt is the network's own: it is kept and decides nothing, nor is the number given up. */
    private static DeliveryOutcome failure(String state, Map<String, Object> headers) {
        String error = text(headers.get("CamelSmppError"));
        boolean known = error != null && ERROR.matcher(error).matches();
        return new Rejected(known ? state + " " + error : state, false);
    }

    private static InboundMessage message(Map<String, Object> headers, @Nullable Object body, Instant receivedAt) {
        Number dataCoding = headers.get("CamelSmppDataCoding") instanceof Number number ? number : null;
        // Camel leaves 8-bit data as bytes: nothing that a person typed.
        String text = body instanceof String raw ? SmsBody.received(raw, dataCoding) : null;
        if (text != null && text.length() > LONGEST_TEXT) {
            text = text.substring(0, LONGEST_TEXT);
        }
        String from = sender(headers);
        return new InboundMessage(
                SmsChannel.NAME, from, messageId(headers, from, text, receivedAt), null, null, text, receivedAt);
    }

    private static @Nullable String sender(Map<String, Object> headers) {
        String from = text(headers.get("CamelSmppSourceAddr"));
        if (from == null || !NUMBER.matcher(from).matches()) {
            return null;
        }
        // A national or short number belongs to nobody we could tell. Many SMSCs say "unknown" of full numbers.
        boolean full = from.startsWith("+")
                || !(headers.get("CamelSmppSourceAddrTon") instanceof Number ton)
                || ton.intValue() == INTERNATIONAL
                || ton.intValue() == UNKNOWN;
        return full ? (from.startsWith("+") ? from : "+" + from) : null;
    }

    /**
     * SMPP has no id for a message from a person. One PDU makes one id; the same words sent again make another, since
     * the second "help" after a "safe" must count.
     */
    private static String messageId(
            Map<String, Object> headers, @Nullable String from, @Nullable String text, Instant receivedAt) {
        String whole = headers.get("CamelSmppSequenceNumber") + "|" + from + "|" + text + "|" + receivedAt;
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
            return "mo-" + HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }

    private static @Nullable Object optional(Map<String, Object> headers, Short tag) {
        return headers.get("CamelSmppOptionalParameter") instanceof Map<?, ?> parameters ? parameters.get(tag) : null;
    }

    private static @Nullable String text(@Nullable Object value) {
        String text = value == null ? "" : value.toString().strip();
        return text.isEmpty() ? null : text;
    }
}
