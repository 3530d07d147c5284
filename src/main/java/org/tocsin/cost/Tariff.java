package org.tocsin.cost;

import java.util.List;

/** What the providers of a channel count, and by which categories they ask for it. */
final class Tariff {
    static final String WHATSAPP = "whatsapp";
    static final String SMS = "sms";
    static final String EMAIL = "email";

    /** Of an SMS that is longer than one, each. */
    static final String SEGMENT = "segment";

    static final String MESSAGE = "message";

    /** WhatsApp Cloud API, pricing of a message template by its category, and of free-form messages, 2026-09. */
    private static final List<String> OF_WHATSAPP = List.of("utility", "authentication", "marketing", "service");

    private Tariff() {}

    /** The categories that a price may be for; of a channel that is not known here, the message. */
    static List<String> categories(String channel) {
        return switch (channel) {
            case WHATSAPP -> OF_WHATSAPP;
            case SMS -> List.of(SEGMENT);
            default -> List.of(MESSAGE);
        };
    }
}
