package org.tocsin.delivery.whatsapp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.tocsin.delivery.ChannelCredentials;
import org.tocsin.privacy.Secret;

/**
 * The WhatsApp Cloud API.
 *
 * @param phoneNumberId one, or several separated by commas
 * @param apiVersion of the Graph API, {@code v25.0}
 * @param accessToken of a system user; sent with each request
 * @param appSecret signs the webhooks; without it anybody could report deliveries
 * @param verifyToken answers the webhook handshake; any text of your own
 * @param messagesPerSecond of each number, in and out: 80, or 1000 after Meta's upgrade (Cloud API, throughput, 2026-09);
 *     where they differ one for each number, in their order
 */
@ConfigurationProperties("tocsin.whatsapp")
public record WhatsAppSettings(
        @DefaultValue("https://graph.facebook.com") String baseUrl,
        @DefaultValue("v25.0") String apiVersion,
        @DefaultValue("") String phoneNumberId,
        @DefaultValue("") Secret accessToken,
        @DefaultValue("") Secret appSecret,
        @DefaultValue("") Secret verifyToken,
        @DefaultValue("80") String messagesPerSecond)
        implements ChannelCredentials {

    public List<String> phoneNumberIds() {
        return Arrays.stream(phoneNumberId.split(",", -1)).map(String::strip).toList();
    }

    @Override
    public String channel() {
        return "whatsapp";
    }

    @Override
    public List<String> missingKeys() {
        List<String> missing = new ArrayList<>();
        if (phoneNumberId.isBlank()) {
            missing.add("tocsin.whatsapp.phone-number-id");
        }
        if (accessToken.isBlank()) {
            missing.add("tocsin.whatsapp.access-token");
        }
        if (appSecret.isBlank()) {
            missing.add("tocsin.whatsapp.app-secret");
        }
        if (verifyToken.isBlank()) {
            missing.add("tocsin.whatsapp.verify-token");
        }
        return missing;
    }
}
