package org.tocsin.routing;

import jakarta.mail.Message;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.mail.MailBinding;
import org.apache.camel.component.mail.MailEndpoint;
import org.apache.camel.component.mail.MailMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.tocsin.intake.mail.MailInSettings;

/** How routes reach a mailbox: {@code additionalJavaMailProperties: "#bean:mailboxTransport"}. */
@Configuration(proxyBeanMethods = false)
class MailboxAccess {
    private static final Logger log = LoggerFactory.getLogger(MailboxAccess.class);

    /** A hub that reads no mail says so once. */
    @Bean
    ApplicationListener<ApplicationReadyEvent> mailboxReport(CamelContext camel) {
        return ready -> {
            if (camel.getRoutes().stream().noneMatch(route -> route.getEndpoint() instanceof MailEndpoint)) {
                log.info(
                        "no mailbox is configured (tocsin.mail-in.alerts.host): no e-mail triggers, no bounce is seen");
            }
        };
    }

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
        for (String protocol : new String[] {"imap", "imaps"}) {
            String prefix = "mail." + protocol + ".";
            properties.setProperty(prefix + "connectiontimeout", timeout);
            properties.setProperty(prefix + "timeout", timeout);
            properties.setProperty(prefix + "writetimeout", timeout);
            properties.setProperty(prefix + "ssl.checkserveridentity", "true");
            properties.setProperty(prefix + "fetchsize", String.valueOf(1 << 20));
        }
        properties.setProperty("mail.imap.starttls.enable", "true");
        properties.setProperty("mail.imap.starttls.required", String.valueOf(settings.starttls()));
        return properties;
    }
}
