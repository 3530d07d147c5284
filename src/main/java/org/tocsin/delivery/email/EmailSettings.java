package org.tocsin.delivery.email;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.tocsin.delivery.ChannelCredentials;
import org.tocsin.privacy.Secret;

/**
 * The mail server that takes our e-mail (SMTP submission).
 *
 * @param username empty for a server that asks for none
 * @param from the sender, an address of the organisation's own domain
 */
@ConfigurationProperties("tocsin.email")
public record EmailSettings(
        @DefaultValue("") String host,
        @DefaultValue("587") int port,
        @DefaultValue("") String username,
        @DefaultValue("") Secret password,
        @DefaultValue("") String from)
        implements ChannelCredentials {

    @Override
    public String channel() {
        return "email";
    }

    @Override
    public List<String> missingKeys() {
        List<String> missing = new ArrayList<>();
        if (host.isBlank()) {
            missing.add("tocsin.email.host");
        }
        if (from.isBlank()) {
            missing.add("tocsin.email.from");
        }
        if (!username.isBlank() && password.isBlank()) {
            missing.add("tocsin.email.password");
        }
        return missing;
    }
}
