package org.tocsin.delivery.sms;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.tocsin.delivery.ChannelCredentials;
import org.tocsin.privacy.Secret;

/**
 * The SMSC, bound as a transceiver (SMPP 3.4).
 *
 * @param systemId the account
 * @param password at most 8 octets in SMPP 3.4
 * @param sourceAddress what people see as the sender: a short code, a number in E.164, or at most 11 letters
 */
@ConfigurationProperties("tocsin.sms.smpp")
public record SmppSettings(
        @DefaultValue("") String host,
        @DefaultValue("2775") int port,
        @DefaultValue("") String systemId,
        @DefaultValue("") Secret password,
        @DefaultValue("") String sourceAddress)
        implements ChannelCredentials {

    @Override
    public String channel() {
        return "sms";
    }

    @Override
    public List<String> missingKeys() {
        List<String> missing = new ArrayList<>();
        if (host.isBlank()) {
            missing.add("tocsin.sms.smpp.host");
        }
        if (systemId.isBlank()) {
            missing.add("tocsin.sms.smpp.system-id");
        }
        if (password.isBlank()) {
            missing.add("tocsin.sms.smpp.password");
        }
        if (sourceAddress.isBlank()) {
            missing.add("tocsin.sms.smpp.source-address");
        }
        return missing;
    }
}
