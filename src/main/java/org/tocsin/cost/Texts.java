package org.tocsin.cost;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.tocsin.message.FrozenMessage;
import org.tocsin.message.Rendered;

/** What of an alert's texts matters to its price, rendered once a language. Of one thread. */
final class Texts {
    private final FrozenMessage message;
    private final Map<String, Rendered.SmsText> sms = new HashMap<>();

    Texts(FrozenMessage message) {
        this.message = message;
    }

    /** The language that a person who wants {@code language} is told in. */
    String language(String language) {
        return message.languageFor(language);
    }

    Rendered.SmsText sms(String language) {
        return sms.computeIfAbsent(
                message.languageFor(language), tag -> (Rendered.SmsText) message.render(tag, Tariff.SMS));
    }

    /** By which a message of this channel is paid for, unless its provider says otherwise. */
    String category(String channel, String language) {
        return switch (channel) {
            case Tariff.WHATSAPP ->
                message.languages()
                        .get(message.languageFor(language))
                        .template()
                        .whatsapp()
                        .category()
                        .toLowerCase(Locale.ROOT);
            case Tariff.SMS -> Tariff.SEGMENT;
            default -> Tariff.MESSAGE;
        };
    }
}
