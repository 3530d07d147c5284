package org.tocsin.routing;

import jakarta.mail.PasswordAuthentication;
import java.util.Properties;
import org.apache.camel.component.mail.MailAuthenticator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.tocsin.delivery.email.EmailSettings;

/**
 * How we log in at the mail server. Beans, and not parameters in {@code routes/deliver-email.camel.yaml}, because a
 * server that asks for no account must be given none: an empty user name is an account too.
 */
@Configuration(proxyBeanMethods = false)
class MailAccount {
    @Bean
    MailAuthenticator mailAuthenticator(EmailSettings settings) {
        boolean account = !settings.username().isBlank();
        return new MailAuthenticator() {
            @Override
            public PasswordAuthentication getPasswordAuthentication() {
                return account
                        ? new PasswordAuthentication(
                                settings.username(), settings.password().reveal())
                        : new PasswordAuthentication(null, null);
            }
        };
    }

    /** TLS where the server has it, and never a password without it. */
    @Bean
    Properties mailTransport(EmailSettings settings) {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.starttls.enable", "true");
        properties.setProperty(
                "mail.smtp.starttls.required",
                String.valueOf(!settings.username().isBlank()));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        return properties;
    }
}
