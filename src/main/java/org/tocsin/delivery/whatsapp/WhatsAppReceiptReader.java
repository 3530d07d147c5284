package org.tocsin.delivery.whatsapp;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.tocsin.delivery.ReceiptReader;

/** Reads the bodies of Meta's webhook, as they are kept in the inbox. */
public final class WhatsAppReceiptReader implements ReceiptReader {
    /** In Meta's JSON a word between bare quotes is never part of somebody's text: quotes in it are escaped. */
    private static final Pattern MESSAGES = Pattern.compile("\"messages\"\\s*:");

    private static final Pattern AWAITED = Pattern.compile("\"(statuses|button|interactive)\"");

    /** Whether it holds messages that people wrote, and neither a status nor a tapped button. */
    public static boolean isOnlyText(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return MESSAGES.matcher(text).find() && !AWAITED.matcher(text).find();
    }

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
