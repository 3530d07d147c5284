package org.tocsin.delivery.whatsapp;

import org.tocsin.delivery.ReceiptReader;

/** Reads the bodies of Meta's webhook, as they are kept in the inbox. */
public final class WhatsAppReceiptReader implements ReceiptReader {
    @Override
    public String source() {
        return WhatsAppChannel.NAME;
    }

    @Override
    public Events read(byte[] body) {
        WhatsAppEvents events = WhatsAppWebhook.parse(body);
        return new Events(events.receipts(), events.messages(), events.accountCodes(), events.unreadable());
    }
}
