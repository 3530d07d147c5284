package org.tocsin.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tocsin.delivery.ChannelCredentials;
import org.tocsin.delivery.email.EmailSettings;
import org.tocsin.delivery.sms.SmppSettings;
import org.tocsin.embedded.HubSettings;
import org.tocsin.embedded.StartRefused;
import org.tocsin.privacy.Secret;

class HubBeansTest {
    private static final FileSettings FILES = new FileSettings(
            Path.of("config/delivery-plan.yaml"),
            Path.of("config/contacts.csv"),
            Path.of("config/templates"),
            Path.of("config/prices.csv"),
            ZoneId.of("UTC"),
            "");
    private static final List<ChannelCredentials> NO_SMS = List.of(
            new SmppSettings("", 2775, "", Secret.of(""), ""),
            new EmailSettings("mail.example.org", 587, "", Secret.of(""), "alerts@example.org"));

    @Test
    void aLiveHubWithoutTheCredentialsOfAChannelRefusesToStart() {
        assertThatThrownBy(() -> new HubBeans().deliveryPlan(FILES, hub(false), NO_SMS))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("tocsin.sms.smpp.host")
                .hasMessageContaining("config/delivery-plan.yaml");
    }

    @Test
    void theDemoOnlySaysSo() {
        assertThat(new HubBeans().deliveryPlan(FILES, hub(true), NO_SMS).channels())
                .contains("sms");
    }

    private static HubSettings hub(boolean demo) {
        return new HubSettings("./data", "", demo, "routes", new HubSettings.Database(0));
    }
}
