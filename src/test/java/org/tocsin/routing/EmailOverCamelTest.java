package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.Accepted;
import org.tocsin.delivery.DeliveryOutcome.ChannelDown;
import org.tocsin.delivery.DeliveryOutcome.Unreachable;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;
import org.tocsin.delivery.email.EmailChannel;
import org.tocsin.delivery.email.EmailSettings;
import org.tocsin.message.Rendered.EmailMessage;
import org.tocsin.privacy.Secret;

/** The headers of {@link EmailChannel} as camel-mail 4.17 really writes them, against a real mail server. */
class EmailOverCamelTest {
    private final EmailChannel channel = new EmailChannel("Mairie <alerts@town.example>");
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private DeliveryOutcome send(String uri) {
        Delivery delivery = new Delivery(
                1,
                1,
                1,
                "email",
                "1",
                "ana@mail.example",
                "k-7",
                1,
                false,
                "https://hub.example/a?x=1&y=2",
                Instant.MAX,
                new EmailMessage(
                        "v",
                        "Crue à Trèbes 🌊",
                        "Évacuez. {{acknowledge-link}}",
                        "<p>Évacuez 🌊 {{acknowledge-link}}</p>"));
        ProviderRequest request = channel.toRequest(delivery);
        try (var template = camel.createProducerTemplate()) {
            Exchange exchange = template.request(uri, e -> {
                e.getMessage().setBody(request.body());
                e.getMessage().setHeaders(request.headers());
            });
            return exchange.getException() != null
                    ? channel.toOutcome(exchange.getException())
                    : channel.toOutcome(new ProviderResponse(
                            "", Map.copyOf(exchange.getMessage().getHeaders())));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** GreenMail has no STARTTLS: a password would cross the network for everybody to read. */
    @ParameterizedTest(name = "user {0}: {1}")
    @CsvSource({"'', Accepted", "hub, starttls-missing"})
    void aPasswordIsNeverSentWithoutTls(String username, String outcome) {
        EmailSettings settings = new EmailSettings("", 0, username, Secret.of("password-7f3a"), "a@town.example");
        camel.getRegistry().bind("mailAuthenticator", new MailAccount().mailAuthenticator(settings));
        camel.getRegistry().bind("mailTransport", new MailAccount().mailTransport(settings));
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp").dynamicPort());
        mail.start();
        try {
            assertThat(send("smtp://127.0.0.1:" + mail.getSmtp().getPort()
                                    + "?authenticator=#bean:mailAuthenticator"
                                    + "&additionalJavaMailProperties=#bean:mailTransport")
                            .toString())
                    .contains(outcome);
            assertThat(mail.getReceivedMessages()).hasSize(username.isEmpty() ? 1 : 0);
        } finally {
            mail.stop();
        }
    }

    @Test
    void theAccountIsTheOneOfTheSettings() {
        EmailSettings settings = new EmailSettings("", 0, "hub", Secret.of("password-7f3a"), "a@town.example");

        var account = new MailAccount().mailAuthenticator(settings).getPasswordAuthentication();

        assertThat(account.getUserName()).isEqualTo("hub");
        assertThat(account.getPassword()).isEqualTo("password-7f3a");
    }

    @Test
    void makesOneMailWithTextAndHtmlAndOurMessageId() throws Exception {
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp").dynamicPort());
        mail.start();
        try {
            assertThat(send("smtp://127.0.0.1:" + mail.getSmtp().getPort()))
                    .isEqualTo(new Accepted("<k-7@town.example>"));
            MimeMessage message = mail.getReceivedMessages()[0];
            assertThat(mail.getReceivedMessages()).hasSize(1);
            assertThat(message.getMessageID()).isEqualTo("<k-7@town.example>");
            assertThat(message.getSubject()).isEqualTo("Crue à Trèbes 🌊");
            assertThat(message.getHeader("Subject")[0]).containsIgnoringCase("utf-8");
            assertThat(message.getFrom()[0]).hasToString("Mairie <alerts@town.example>");
            assertThat(message.getAllRecipients()).hasSize(1);
            assertThat(message.getHeader("X-Tocsin-Key")).containsExactly("k-7");
            assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            assertThat(message.getHeader("CamelMailAlternativeBody")).isNull();
            assertThat(message.getContentType()).startsWith("multipart/alternative");
            Multipart parts = (Multipart) message.getContent();
            assertThat(parts.getCount()).isEqualTo(2);
            part(parts.getBodyPart(0), "text/plain", "Évacuez. https://hub.example/a?x=1&y=2");
            part(parts.getBodyPart(1), "text/html", "<p>Évacuez 🌊 https://hub.example/a?x=1&amp;y=2</p>");
        } finally {
            mail.stop();
        }
    }

    private static void part(Part part, String type, String content) throws Exception {
        assertThat(part.getContentType()).startsWith(type).containsIgnoringCase("charset=UTF-8");
        assertThat(part.getContent().toString().strip()).isEqualTo(content);
    }

    @Test
    void aServerThatIsAwayIsUnreachableAndAWrongPasswordIsTheChannel() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(send("smtp://127.0.0.1:" + port)).isEqualTo(new Unreachable("connect-refused"));
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp").dynamicPort());
        mail.start();
        try {
            mail.setUser("u@x.example", "u", "right");
            assertThat(send("smtp://127.0.0.1:" + mail.getSmtp().getPort()
                            + "?username=u&password=wrong&additionalJavaMailProperties.mail.smtp.auth=true"))
                    .isEqualTo(new ChannelDown("auth-failed"));
        } finally {
            mail.stop();
        }
    }

    /** One real dialogue each, which ends at a chosen command. {@code close} hangs up, everything else is said. */
    @ParameterizedTest(name = "{0}: {1} → {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "greeting|421 4.3.2 busy|Unreachable[code=smtp-greeting]",
                "MAIL|550 5.7.1 no|ChannelDown[code=550 5.7.1]",
                "MAIL|close|Unreachable[code=closed-before-data]",
                "RCPT|550 5.1.1 <ana@mail.example> unknown|Rejected[code=550 5.1.1, addressUnusable=true]",
                "RCPT|450 4.2.0 greylisted|Throttled[code=450 4.2.0, retryAfter=PT1M, scope=SERVER]",
                "RCPT|close|Unreachable[code=closed-before-data]",
                "DATA|554 5.7.1 no|Rejected[code=554 5.7.1, addressUnusable=false]",
                "DATA|close|Unreachable[code=closed-before-data]",
                ".|552 5.3.4 too big|Rejected[code=552 5.3.4, addressUnusable=false]",
                ".|451 4.3.0 later|Throttled[code=451 4.3.0, retryAfter=PT1M, scope=SERVER]",
                ".|close|Unconfirmed[code=closed-after-data]",
                ".|silence|Unconfirmed[code=read-timeout]"
            })
    void tellsByTheCommandWhetherItWasSent(String at, String answer, String outcome) throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            Thread dialogue = new Thread(() -> dialogue(server, at, answer), "smtp");
            dialogue.setDaemon(true);
            dialogue.start();
            assertThat(send("smtp://127.0.0.1:" + server.getLocalPort()
                                    + "?additionalJavaMailProperties.mail.smtp.timeout=1500")
                            .toString())
                    .isEqualTo(outcome);
        }
    }

    private static void dialogue(ServerSocket server, String at, String answer) {
        try (Socket socket = server.accept();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                PrintStream out = new PrintStream(socket.getOutputStream(), true, StandardCharsets.US_ASCII)) {
            if (say(out, at.equals("greeting") ? answer : "220 test")) {
                return;
            }
            boolean data = false;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String command = data ? line : line.split(" ", 2)[0].toUpperCase();
                if (data && !line.equals(".")) {
                    continue;
                }
                data = command.equals("DATA") && !at.equals("DATA");
                if (command.equals(at) && answer.equals("silence")) {
                    continue;
                }
                if (say(out, command.equals(at) ? answer : data ? "354 go" : "250 ok")) {
                    return;
                }
            }
        } catch (java.io.IOException over) {
            // The client hung up.
        }
    }

    private static boolean say(PrintStream out, String answer) {
        if (answer.equals("close")) {
            return true;
        }
        out.print(answer + "\r\n");
        out.flush();
        return false;
    }
}
