package org.tocsin.routing;

import jakarta.mail.Message;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.component.mail.MailBinding;
import org.apache.camel.component.mail.MailMessage;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.tocsin.intake.mail.MailInSettings;

/** How routes reach a mailbox: {@code additionalJavaMailProperties: "#bean:mailboxTransport"}. */
@Configuration(proxyBeanMethods = false)
class MailboxAccess {
    /**
     * No header of a mail becomes one of Camel, and no part of it a body: {@link MailIntake} reads the mail itself. Camel
     * would also fail, each time anew, at a mail of which the server gives an envelope that angus-mail cannot read (seen
     * with Dovecot 2.3 and {@code To: desk}).
     */
    @Bean
    MailBinding unmappedMail() {
        return new MailBinding() {
            @Override
            public Map<String, Object> extractHeadersFromMail(Message mail, Exchange exchange) {
                return Map.of();
            }

            @Override
            public Object extractBodyFromMail(Exchange exchange, MailMessage mail) {
                return "";
            }
        };
    }

    /**
     * Every wait has an end; the protocol {@code imap} sends a password only after STARTTLS, unless a key says otherwise;
     * a certificate must be that of the host.
     */
    @Bean
    Properties mailboxTransport(MailInSettings settings) {
        Properties properties = new Properties();
        String timeout = String.valueOf(settings.timeoutMs());
        TlsFiles tls = new TlsFiles("tocsin.mail-in", settings.truststore(), "", "");
        for (String protocol : new String[] {"imap", "imaps"}) {
            String prefix = "mail." + protocol + ".";
            properties.setProperty(prefix + "connectiontimeout", timeout);
            properties.setProperty(prefix + "timeout", timeout);
            properties.setProperty(prefix + "writetimeout", timeout);
            properties.setProperty(prefix + "ssl.checkserveridentity", "true");
            properties.setProperty(prefix + "fetchsize", String.valueOf(1 << 20));
            if (!tls.none()) {
                properties.put(prefix + "ssl.socketFactory", tls.context().getSocketFactory());
                // Else a server that these certificates refuse is tried again with those that Java trusts.
                properties.setProperty(prefix + "socketFactory.fallback", "false");
            }
        }
        properties.setProperty("mail.imap.starttls.enable", "true");
        properties.setProperty("mail.imap.starttls.required", String.valueOf(settings.starttls()));
        return properties;
    }
}
