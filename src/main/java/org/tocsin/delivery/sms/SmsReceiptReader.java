package org.tocsin.delivery.sms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.delivery.Receipt;
import org.tocsin.delivery.ReceiptReader;

/** What an SMSC sent, as it is kept in the inbox: already read from its PDU, since a PDU has no body of its own. */
public final class SmsReceiptReader implements ReceiptReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record KeptReceipt(
            String providerId,
            Receipt.Kind kind,
            long at,
            @Nullable String failure) {}

    private record KeptMessage(
            @Nullable String from,
            String messageId,
            @Nullable String text,
            long at) {}

    private record Kept(List<KeptReceipt> receipts, List<KeptMessage> messages, int unreadable) {}

    @Override
    public String source() {
        return SmsChannel.NAME;
    }

    /** The form for the inbox. */
    public static byte[] write(SmppEvents events) {
        try {
            return JSON.writeValueAsBytes(new Kept(
                    events.receipts().stream().map(SmsReceiptReader::keep).toList(),
                    events.messages().stream()
                            .map(m -> new KeptMessage(m.from(), m.messageId(), m.text(), m.at().toEpochMilli()))
                            .toList(),
                    events.unreadable()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeptReceipt keep(Receipt receipt) {
        String code = receipt.failure() instanceof DeliveryOutcome.Rejected rejected ? rejected.code() : null;
        return new KeptReceipt(
                receipt.providerId(), receipt.kind(), receipt.at().toEpochMilli(), code);
    }

    @Override
    public Events read(byte[] body) {
        try {
            Kept kept = JSON.readValue(body, Kept.class);
            return new Events(
                    kept.receipts().stream().map(SmsReceiptReader::receipt).toList(),
                    kept.messages().stream().map(SmsReceiptReader::message).toList(),
                    List.of(),
                    kept.unreadable());
        } catch (IOException e) {
            return new Events(List.of(), List.of(), List.of(), 1);
        }
    }

    private static Receipt receipt(KeptReceipt kept) {
        DeliveryOutcome failure = kept.failure() == null ? null : new DeliveryOutcome.Rejected(kept.failure(), false);
        return new Receipt(
                SmsChannel.NAME, null, kept.providerId(), kept.kind(), Instant.ofEpochMilli(kept.at()), failure);
    }

    private static InboundMessage message(KeptMessage kept) {
        return new InboundMessage(
                SmsChannel.NAME,
                kept.from(),
                kept.messageId(),
                null,
                null,
                kept.text(),
                Instant.ofEpochMilli(kept.at()));
    }

    /** SMSCs write the id of a receipt in another base than that of their answer. */
    @Override
    public List<String> providerIds(String id) {
        return SmppMessageIds.candidates(id);
    }
}
