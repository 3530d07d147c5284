package org.tocsin.simulator;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message that reached a provider, as the provider saw it.
 *
 * @param channel {@code whatsapp}, {@code sms} or {@code email}
 * @param sender the phone number id that sent it; null on other channels
 * @param to E.164 with {@code +}, a mail address in lower case, or the BSUID or group id as it was given
 * @param kind {@code text}, {@code template:<name>/<language>}, {@code interactive}, {@code sms}, {@code mail} …
 * @param providerId what the provider called it, null when it took nothing
 * @param callbackKey {@code biz_opaque_callback_data}; null on other channels
 * @param text what a phone would show; for a template its parameters, joined
 * @param params template parameters by name (positional ones by number); for SMS {@code source}, {@code parts},
 *     {@code validity_period}, {@code ids}; for mail {@code subject}, {@code from}, {@code html}
 * @param buttons payloads of the quick reply buttons, in order
 * @param at when the provider had read it
 * @param acceptedByProvider the provider took it, whether or not its answer arrived
 * @param onPhone a phone would show it: accepted, and not destined to fail, be dropped or wait for ever
 * @param afterFault the fault it met, else null
 */
public record Sent(
        String channel,
        @Nullable String sender,
        String to,
        String kind,
        @Nullable String providerId,
        @Nullable String callbackKey,
        String text,
        Map<String, String> params,
        List<String> buttons,
        Instant at,
        boolean acceptedByProvider,
        boolean onPhone,
        @Nullable String afterFault) {

    /** Without number, text or wamid, so that a journal entry may stand in a log. */
    @Override
    public String toString() {
        return "Sent[" + channel + " " + kind + " accepted=" + acceptedByProvider + " onPhone=" + onPhone + " fault="
                + afterFault + "]";
    }
}
