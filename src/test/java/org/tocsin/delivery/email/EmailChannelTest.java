package org.tocsin.delivery.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.util.MailConnectException;
import org.eclipse.angus.mail.util.SocketConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.DeliveryChannelContract;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.Accepted;
import org.tocsin.delivery.DeliveryOutcome.ChannelDown;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.DeliveryOutcome.Throttled;
import org.tocsin.delivery.DeliveryOutcome.Throttled.Scope;
import org.tocsin.delivery.DeliveryOutcome.Unconfirmed;
import org.tocsin.delivery.DeliveryOutcome.Unreachable;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;
import org.tocsin.message.Rendered;
import org.tocsin.message.Rendered.EmailMessage;

class EmailChannelTest extends DeliveryChannelContract {
    private static final String LINK = Rendered.ACKNOWLEDGE_LINK;
    private final EmailChannel channel = new EmailChannel("Example town <alerts@town.example>");

    @Override
    protected DeliveryChannel channel() {
        return channel;
    }

    @Override
    protected String address() {
        return "ana.lopez+alerts@mail.example";
    }

    @Override
    protected Rendered message() {
        return new EmailMessage(
                "flood@1",
                "Crue à Trèbes",
                "Evacuate.\nConfirm: " + LINK + "\n",
                "<p>Evacuate.</p><p><a href=\"" + LINK + "\">Confirm</a></p>");
    }

    @Override
    protected ProviderResponse accepted() {
        return new ProviderResponse("", Map.of("CamelMailMessageId", "<k-7.32_00@town.example>"));
    }

    @Test
    void givesCamelTheHeadersOfOneMailToOnePerson() {
        ProviderRequest request = channel.toRequest(delivery(address(), message()));
        assertThat(request.headers())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "To", "ana.lopez+alerts@mail.example",
                        "From", "Example town <alerts@town.example>",
                        "Subject", "Crue à Trèbes",
                        "Content-Type", "text/html; charset=UTF-8",
                        "CamelMailAlternativeBody", "Evacuate.\nConfirm: https://hub.example/a/x?k=1&l=2\n",
                        "Message-ID", "<k-7.32_00@town.example>",
                        "X-Tocsin-Key", "k-7.32_00",
                        "Expires", "Sun, 22 Nov 2026 14:30:05 GMT",
                        "Auto-Submitted", "auto-generated",
                        "X-Auto-Response-Suppress", "All"));
        assertThat(request.body())
                .isEqualTo("<p>Evacuate.</p><p><a href=\"https://hub.example/a/x?k=1&amp;l=2\">Confirm</a></p>");
    }

    @Test
    void leavesOutTheWordsAboutTheLinkWhereThereIsNone() {
        Delivery delivery = new Delivery(1, 1, 1, "email", "1", address(), "k", 1, false, null, EXPIRES, message());
        ProviderRequest request = channel.toRequest(delivery);
        assertThat(request.headers()).containsEntry("CamelMailAlternativeBody", "Evacuate.");
        assertThat(request.body()).isEqualTo("<p>Evacuate.</p><p></p>");
    }

    @Test
    void neverLosesTheMessageWithTheLink() {
        assertThat(AcknowledgeLink.inText("Evacuate now " + LINK, null)).isEqualTo("Evacuate now ");
        assertThat(AcknowledgeLink.inHtml("<p>Evacuate now " + LINK + "</p>", null))
                .isEqualTo("<p>Evacuate now </p>");
        assertThat(AcknowledgeLink.inHtml("<p " + "<a ".repeat(20_000) + LINK, null))
                .startsWith("<p ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Flood\r\nBcc: x@y.org",
                "Flood\nBcc: x@y.org",
                "Flood\u0000\u000b\u001b[31m",
                "Flood\u2028x",
                "\r\n\r\nFlood",
                "Flood\u0085x"
            })
    void keepsTheSubjectOnOneLine(String subject) {
        EmailMessage mail = new EmailMessage("v", subject, "t", "<p>t</p>");
        String sent =
                (String) channel.toRequest(delivery(address(), mail)).headers().get("Subject");
        assertThat(sent).startsWith("Flood").doesNotContainPattern("[\\p{Cntrl}\\u2028\\u2029\\u0085]");
    }

    @Test
    void cutsAnEndlessSubjectBetweenCharacters() {
        assertThat(EmailChannel.subject("🌊".repeat(300))).isEqualTo("🌊".repeat(200));
        assertThat(EmailChannel.subject("a" + "🌊".repeat(300))).isEqualTo("a" + "🌊".repeat(199));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alerts", "a@b, c@d", "a@b\r\nBcc: c@d", "Town <>", "\"x\" <a@b>, c@d"})
    void refusesASenderThatIsNoneAndNamesTheKey(String from) {
        assertThatThrownBy(() -> new EmailChannel(from))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tocsin.email.from");
    }

    @ParameterizedTest
    @CsvSource({"<k-7.32_00@town.example>,k-7.32_00", "<a b@x>,", "k@x,", "<@x>,", "x,"})
    void findsTheCallbackKeyInAMessageId(String messageId, String key) {
        assertThat(EmailChannel.callbackKey(messageId)).isEqualTo(key);
    }

    private static Throwable recipient(int reply, String text) throws AddressException {
        InternetAddress address = new InternetAddress("CANARY@mail.example");
        SendFailedException failed = new SendFailedException("Invalid Addresses");
        failed.setNextException(new SMTPAddressFailedException(address, "RCPT TO:<CANARY@mail.example>", reply, text));
        return failed;
    }

    private static Throwable send(String command, int reply, String text) {
        return new SMTPSendFailedException(command, reply, text, null, null, null, null);
    }

    static Stream<Arguments> failures() throws Exception {
        Duration minute = Duration.ofSeconds(60);
        InternetAddress sender = new InternetAddress("alerts@town.example");
        MailConnectException refused = new MailConnectException(new SocketConnectException(
                "Connection refused", new java.net.ConnectException("Connection refused"), "CANARY.example", 25, 1000));
        return Stream.of(
                Arguments.of(
                        recipient(550, "550 5.1.1 <CANARY@mail.example> unknown"), new Rejected("550 5.1.1", true)),
                Arguments.of(recipient(550, "550 no such user CANARY 5.7.1"), new Rejected("550", true)),
                Arguments.of(recipient(553, "553 bad mailbox"), new Rejected("553", true)),
                Arguments.of(recipient(552, "552 5.2.2 mailbox full"), new Rejected("552 5.2.2", false)),
                Arguments.of(recipient(554, "554 5.7.1 relay denied"), new Rejected("554 5.7.1", false)),
                Arguments.of(recipient(550, "550-5.2.1 disabled\n550 5.2.1 x"), new Rejected("550 5.2.1", true)),
                Arguments.of(recipient(450, "450 4.2.0 greylisted"), new Throttled("450 4.2.0", minute, Scope.SERVER)),
                Arguments.of(recipient(452, "452 too many"), new Throttled("452", minute, Scope.SERVER)),
                Arguments.of(recipient(421, "421 4.3.2 closing"), new Unreachable("421 4.3.2")),
                Arguments.of(recipient(-1, "[EOF]"), new Unreachable("closed-before-data")),
                Arguments.of(
                        new SMTPSenderFailedException(sender, "MAIL FROM", 550, "550 5.7.1 not yours"),
                        new ChannelDown("550 5.7.1")),
                Arguments.of(
                        new SMTPSenderFailedException(sender, "MAIL FROM", 451, "451 4.3.0 later"),
                        new Throttled("451 4.3.0", minute, Scope.SERVER)),
                Arguments.of(send("MAIL FROM:<a@b>", 530, "530 5.7.0 STARTTLS first"), new ChannelDown("530 5.7.0")),
                Arguments.of(send("MAIL FROM:<a@b>", -1, "[EOF]"), new Unreachable("closed-before-data")),
                Arguments.of(send("DATA", -1, "[EOF]"), new Unreachable("closed-before-data")),
                Arguments.of(send("DATA", 554, "554 no valid recipients"), new Rejected("554", false)),
                Arguments.of(send(".", 552, "552 5.3.4 too big"), new Rejected("552 5.3.4", false)),
                Arguments.of(send(".", 451, "451 4.3.0 later"), new Throttled("451 4.3.0", minute, Scope.SERVER)),
                Arguments.of(send(".", -1, "[EOF]"), new Unconfirmed("closed-after-data")),
                Arguments.of(send("BDAT 5 LAST", -1, "[EOF]"), new Unconfirmed("closed-after-data")),
                Arguments.of(send(null, -1, null), new Unconfirmed("closed-after-data")),
                Arguments.of(
                        new MessagingException(
                                "Exception reading response", new SocketTimeoutException("Read timed out")),
                        new Unconfirmed("read-timeout")),
                Arguments.of(
                        new MessagingException("IOException while sending message", new IOException("CANARY")),
                        new Unconfirmed("no-answer")),
                Arguments.of(new AuthenticationFailedException("535 CANARY"), new ChannelDown("auth-failed")),
                Arguments.of(refused, new Unreachable("connect-refused")),
                Arguments.of(
                        new MessagingException("Got bad greeting from SMTP host: CANARY, port: 25, response: 554"),
                        new Unreachable("smtp-greeting")),
                Arguments.of(
                        new MessagingException("STARTTLS is required but host does not support STARTTLS"),
                        new ChannelDown("starttls-missing")),
                Arguments.of(
                        new MessagingException("Could not convert socket to TLS", new IOException("CANARY")),
                        new Unreachable("tls-handshake")),
                Arguments.of(new AddressException("CANARY"), new Rejected("address-malformed", true)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void readsWhereTheDialogueFailed(Throwable failure, DeliveryOutcome outcome) {
        assertThat(channel.toOutcome(failure)).isEqualTo(outcome);
        assertThat(channel.toOutcome(new RuntimeException(failure)).toString())
                .isEqualTo(outcome.toString())
                .doesNotContain("CANARY");
    }

    @Test
    void keepsTheMessageIdOfTheServerThatTookIt() {
        assertThat(channel.toOutcome(accepted())).isEqualTo(new Accepted("<k-7.32_00@town.example>"));
        assertThat(channel.toOutcome(new ProviderResponse("", Map.of())))
                .isEqualTo(new Unconfirmed("answer-without-id"));
    }
}
