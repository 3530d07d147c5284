package org.tocsin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.tocsin.api.ApiKeys;
import org.tocsin.delivery.ChannelCredentials;
import org.tocsin.delivery.email.EmailSettings;
import org.tocsin.delivery.sms.SmppSettings;
import org.tocsin.delivery.whatsapp.WhatsAppSettings;

class StartCheckTest {
    private static final Map<String, String> COMPLETE = Map.ofEntries(
            Map.entry("tocsin.whatsapp.phone-number-id", "106540352242922"),
            Map.entry("tocsin.whatsapp.access-token", "canary-token"),
            Map.entry("tocsin.whatsapp.app-secret", "canary-secret"),
            Map.entry("tocsin.whatsapp.verify-token", "canary-verify"),
            Map.entry("tocsin.sms.smpp.host", "smsc.example"),
            Map.entry("tocsin.sms.smpp.system-id", "id"),
            Map.entry("tocsin.sms.smpp.password", "canary-pw"),
            Map.entry("tocsin.sms.smpp.source-address", "TOCSIN"),
            Map.entry("tocsin.email.host", "mail.example"),
            Map.entry("tocsin.email.from", "alerts@example.org"));

    @ParameterizedTest
    @CsvSource({
        "tocsin.whatsapp.phone-number-id, TOCSIN_WHATSAPP_PHONENUMBERID",
        "tocsin.whatsapp.access-token, TOCSIN_WHATSAPP_ACCESSTOKEN",
        "tocsin.whatsapp.app-secret, TOCSIN_WHATSAPP_APPSECRET",
        "tocsin.whatsapp.verify-token, TOCSIN_WHATSAPP_VERIFYTOKEN",
        "tocsin.sms.smpp.host, TOCSIN_SMS_SMPP_HOST",
        "tocsin.sms.smpp.system-id, TOCSIN_SMS_SMPP_SYSTEMID",
        "tocsin.sms.smpp.password, TOCSIN_SMS_SMPP_PASSWORD",
        "tocsin.sms.smpp.source-address, TOCSIN_SMS_SMPP_SOURCEADDRESS",
        "tocsin.email.host, TOCSIN_EMAIL_HOST",
        "tocsin.email.from, TOCSIN_EMAIL_FROM",
    })
    void aLiveStartWithoutItIsRefused(String key, String variable) {
        assertThatThrownBy(() -> check(false, without(key), "whatsapp", "sms", "email"))
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith(key + " is empty: set it in config/application.yaml or as " + variable)
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> check(false, with(key, "  "), "whatsapp", "sms", "email"))
                .hasMessageStartingWith(key + " is empty");
        assertThatCode(() -> check(true, without(key), "whatsapp", "sms", "email"))
                .doesNotThrowAnyException();
    }

    @Test
    void everyMissingKeyIsNamedAtOnce() {
        assertThatThrownBy(() -> check(false, Map.of(), "email", "sms"))
                .hasMessageContaining("tocsin.email.host")
                .hasMessageContaining("tocsin.sms.smpp.password");
    }

    @Test
    void aChannelThatNoLadderUsesNeedsNothing() {
        assertThatCode(() -> check(false, without("tocsin.email.host"), "whatsapp", "sms"))
                .doesNotThrowAnyException();
    }

    @Test
    void aMailUserNeedsAPassword() {
        assertThatThrownBy(() -> check(false, with("tocsin.email.username", "hub"), "email"))
                .hasMessageStartingWith("tocsin.email.password is empty");
    }

    @Test
    void noSettingsRecordPrintsItsSecrets() {
        assertThat(settings(COMPLETE))
                .allSatisfy(record -> assertThat(record.toString()).doesNotContain("canary"));
    }

    @ParameterizedTest
    @CsvSource({
        "ops:HEX:operator, true",
        "gauge:HEX:trigger:urn:oid:2.49.*, true",
        "ops:HEX:admin, false",
        "ops:abc:operator, false",
        "ops, false",
    })
    void apiKeysHaveAForm(String line, boolean good) {
        String hex = "0123456789abcdef".repeat(4);
        Map<String, String> source = Map.of("tocsin.api.keys[0]", line.replace("HEX", hex));
        if (good) {
            assertThat(bind("tocsin.api", ApiKeys.class, source).keys()).hasSize(1);
        } else {
            assertThatThrownBy(() -> bind("tocsin.api", ApiKeys.class, source))
                    .hasRootCauseMessage("tocsin.api.keys[0] is not of the form name:sha256-hex:role[:sender pattern]"
                            + " with role trigger or operator: make the digest with `printf %s KEY | sha256sum`");
        }
    }

    private static void check(boolean demo, Map<String, String> source, String... channels) {
        StartCheck.requireCredentials(demo, Set.copyOf(Arrays.asList(channels)), settings(source));
    }

    private static List<ChannelCredentials> settings(Map<String, String> source) {
        return List.of(
                bind("tocsin.whatsapp", WhatsAppSettings.class, source),
                bind("tocsin.sms.smpp", SmppSettings.class, source),
                bind("tocsin.email", EmailSettings.class, source));
    }

    private static <T> T bind(String prefix, Class<T> type, Map<String, String> source) {
        return new Binder(new MapConfigurationPropertySource(source)).bindOrCreate(prefix, type);
    }

    private static Map<String, String> without(String key) {
        Map<String, String> map = new HashMap<>(COMPLETE);
        map.remove(key);
        return map;
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> map = new HashMap<>(COMPLETE);
        map.put(key, value);
        return map;
    }
}
