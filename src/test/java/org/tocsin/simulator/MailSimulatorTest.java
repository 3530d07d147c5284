package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MailSimulatorTest {
    private final Simulator simulator = Simulator.start(SimulatorSettings.defaults());

    @AfterEach
    void stop() {
        simulator.close();
    }

    private void send(String... recipients) throws MessagingException {
        Properties properties = new Properties();
        properties.put("mail.smtp.host", "127.0.0.1");
        properties.put("mail.smtp.port", Integer.toString(simulator.mail().port()));
        properties.put("mail.smtp.timeout", "1000");
        properties.put("mail.smtp.connectiontimeout", "1000");
        properties.put("mail.smtp.auth", "true");
        MimeMessage mail = new MimeMessage(Session.getInstance(properties));
        mail.setFrom(new InternetAddress("hub@tocsin.example"));
        for (String recipient : recipients) {
            mail.addRecipient(Message.RecipientType.TO, new InternetAddress(recipient));
        }
        mail.setSubject("Crue du Rhône 😀", "UTF-8");
        MimeBodyPart text = new MimeBodyPart();
        text.setText("Montez à l'étage.\n.\nMerci", "UTF-8");
        MimeBodyPart html = new MimeBodyPart();
        html.setContent("<b>Montez</b>", "text/html; charset=UTF-8");
        MimeMultipart both = new MimeMultipart("alternative", text, html);
        mail.setContent(both);
        Transport.send(mail, "any", "password");
    }

    @Test
    void aMailStandsInTheJournal() throws Exception {
        send("Marie@Example.org");

        assertThat(simulator.mail().journal().messagesTo("marie@example.org"))
                .singleElement()
                .satisfies(sent -> {
                    assertThat(sent.params())
                            .containsEntry("subject", "Crue du Rhône 😀")
                            .containsEntry("from", "hub@tocsin.example")
                            .containsEntry("html", "<b>Montez</b>");
                    assertThat(sent.text().replace("\r\n", "\n")).isEqualTo("Montez à l'étage.\n.\nMerci");
                    assertThat(sent.providerId()).contains("@");
                    assertThat(sent.onPhone()).isTrue();
                });
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                arguments(MailFault.noSuchMailbox(), false, "550"),
                arguments(MailFault.tryLater(), false, "451"),
                arguments(new MailFault.ContentRefused(554), false, "554"),
                arguments(new MailFault.Silent(MailFault.Moment.AT_RECIPIENT), false, ""),
                arguments(new MailFault.Silent(MailFault.Moment.AFTER_DATA), false, ""),
                arguments(new MailFault.Silent(MailFault.Moment.AFTER_ACCEPTING), true, ""),
                arguments(new MailFault.Reset(MailFault.Moment.AT_RECIPIENT), false, ""),
                arguments(new MailFault.Reset(MailFault.Moment.AFTER_DATA), false, ""),
                arguments(new MailFault.Reset(MailFault.Moment.AFTER_ACCEPTING), true, ""));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultFailsTheSenderWhetherTheMailIsOnItsWayOrNot(MailFault fault, boolean accepted, String code)
            throws Exception {
        simulator.mail().fault("marie@example.org", fault);

        assertThatThrownBy(() -> send("marie@example.org"))
                .isInstanceOf(MessagingException.class)
                .satisfies(e -> assertThat(chain(e)).contains(code));

        assertThat(simulator.mail().journal().messagesTo("marie@example.org"))
                .singleElement()
                .matches(sent -> sent.acceptedByProvider() == accepted && sent.afterFault() != null);
        send("jean@example.org");
        assertThat(simulator.mail().journal().onPhoneOf("jean@example.org")).hasSize(1);
    }

    private static String chain(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            all.append(each.getMessage()).append('\n');
            if (each instanceof MessagingException mail && mail.getNextException() != null) {
                all.append(mail.getNextException().getMessage()).append('\n');
            }
        }
        return all.toString();
    }

    @Test
    void refusedConnectionsAreRefusedUntilItListensAgain() throws Exception {
        int port = simulator.mail().port();
        send("marie@example.org");

        simulator.mail().refuseConnections(true);
        assertThatThrownBy(() -> send("marie@example.org")).isInstanceOf(MessagingException.class);

        simulator.mail().refuseConnections(false);
        assertThat(simulator.mail().port()).isEqualTo(port);
        send("marie@example.org");
        assertThat(simulator.mail().journal().onPhoneOf("marie@example.org")).hasSize(2);
    }
}
