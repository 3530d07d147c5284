package org.tocsin.intake.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What mails come to, as programs and people really write them. */
class MailReaderTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CAP = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>x</identifier></alert>";

    private final MailReader reader = reader("");

    private static MailReader reader(String authservId) {
        return new MailReader(new MailSorter(
                new SenderList(List.of("noc@example.org", "warnings.example.net")),
                authservId,
                "alerts@hub.example.org",
                "<ours@hub.example.org>"::equals));
    }

    /** ISO-8859-1: each character is a byte. */
    private MailVerdict verdict(String mail) {
        return reader.read(bytes(mail)).verdict();
    }

    private static byte[] bytes(String mail) {
        return mail.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private JsonNode document(String mail) {
        MailVerdict verdict = verdict(mail);
        assertThat(verdict).isInstanceOf(MailVerdict.Document.class);
        try {
            return JSON.readTree(((MailVerdict.Document) verdict).json());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String mail(String headers, String body) {
        return "From: Noc <noc@example.org>\nSubject: Pump 7\nMessage-ID: <1@example.org>\n"
                + "Date: Thu, 26 Nov 2026 05:00:00 +0100\nMIME-Version: 1.0\n" + headers + "\n" + body;
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Step 5 of "Add a mailbox" in routes/README.md. */
    @Test
    void theDocumentOfTheReadmeIsWhatAMailIsMadeInto() throws IOException {
        String page = Files.readString(Path.of("routes/README.md"));
        String from = page.substring(page.indexOf("<!-- mail: read by MailReaderTest -->"));
        String block = from.substring(from.indexOf("```json") + 7);
        JsonNode shown = JSON.readTree(block.substring(0, block.indexOf("```")));

        assertThat(document("From: Noc <%s>\nSubject: %s\nMessage-ID: %s\nDate: Thu, 26 Nov 2026 06:00:00 +0100\n\n%s\n"
                        .formatted(
                                shown.path("from").asText(),
                                shown.path("subject").asText(),
                                shown.path("message-id").asText(),
                                shown.path("text").asText())))
                .isEqualTo(shown);
    }

    @Test
    void aPlainMailIsASmallDocumentWithItsFields() {
        JsonNode document =
                document(mail("", "Water in the cellar.\nSeverity: Extreme\nArea:  dock 3 \nSeverity: Minor\n"));

        assertThat(document.path("from").asText()).isEqualTo("noc@example.org");
        assertThat(document.path("subject").asText()).isEqualTo("Pump 7");
        assertThat(document.path("date").asText()).isEqualTo("2026-11-26T04:00:00Z");
        assertThat(document.path("message-id").asText()).isEqualTo("<1@example.org>");
        assertThat(document.at("/fields/severity").asText()).isEqualTo("Extreme");
        assertThat(document.at("/fields/area").asText()).isEqualTo("dock 3");
    }

    static Stream<Arguments> texts() {
        String alternative = "Content-Type: multipart/alternative; boundary=b\n";
        return Stream.of(
                Arguments.of("plain", "", "Crue", "Crue"),
                Arguments.of("utf-8", "Content-Type: text/plain; charset=utf-8\n", utf8("Évacuez 🌊"), "Évacuez 🌊"),
                Arguments.of("latin", "Content-Type: text/plain; charset=iso-8859-1\n", "\u00c9vacuez", "Évacuez"),
                Arguments.of(
                        "windows quotes named latin",
                        "Content-Type: text/plain; charset=iso-8859-1\n",
                        "\u0093x\u0094",
                        "“x”"),
                Arguments.of(
                        "utf-8 named ascii",
                        "Content-Type: text/plain; charset=us-ascii\n",
                        utf8("Évacuez"),
                        "Évacuez"),
                Arguments.of("utf-8 without a name", "", utf8("Évacuez"), "Évacuez"),
                Arguments.of(
                        "latin named utf-8", "Content-Type: text/plain; charset=utf-8\n", "\u00c9vacuez", "Évacuez"),
                Arguments.of(
                        "unknown charset", "Content-Type: text/plain; charset=x-klingon\n", utf8("Évacuez"), "Évacuez"),
                Arguments.of(
                        "charset that is no name", "Content-Type: text/plain; charset=\"%s ${x}\"\n", "Crue", "Crue"),
                Arguments.of("greek", "Content-Type: text/plain; charset=iso-8859-7\n", "\u00c1\u00c2", "ΑΒ"),
                Arguments.of(
                        "base64",
                        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
                        Base64.getEncoder().encodeToString("Évacuez".getBytes(StandardCharsets.UTF_8)),
                        "Évacuez"),
                Arguments.of(
                        "quoted-printable",
                        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n",
                        "=C3=89va=\ncuez",
                        "Évacuez"),
                Arguments.of("unknown encoding", "Content-Transfer-Encoding: x-uu\n", "Crue", "Crue"),
                Arguments.of("type that is none", "Content-Type: flood\n", "Crue", "Crue"),
                Arguments.of(
                        "flowed",
                        "Content-Type: text/plain; format=flowed\n",
                        "The water \nrises.\n From here\n",
                        "The water rises.\nFrom here"),
                Arguments.of(
                        "flowed, delsp", "Content-Type: text/plain; format=flowed; delsp=yes\n", "wa \nter", "water"),
                Arguments.of(
                        "html only",
                        "Content-Type: text/html; charset=utf-8\n",
                        "<html><head><title>t</title><style>p{}</style></head><body><script>x</script>"
                                + "<img src=\"http://127.0.0.1:1/x\"><p>Water&nbsp;rises<br>now</p>"
                                + "<table><tr><td>Severity:</td><td>Extreme</td></tr></table>"
                                + "<div style=\"display:none\">hidden</div></body></html>",
                        "Water rises\nnow\nSeverity: Extreme"),
                Arguments.of(
                        "alternative",
                        alternative,
                        "--b\nContent-Type: text/plain\n\nCrue\n--b\nContent-Type: text/html\n\n<p>Other</p>\n--b--\n",
                        "Crue"),
                Arguments.of(
                        "alternative with an empty plain part",
                        alternative,
                        "--b\nContent-Type: text/plain\n\n \n--b\nContent-Type: text/html\n\n<p>Crue</p>\n--b--\n",
                        "Crue"),
                Arguments.of(
                        "mixed, with an attachment that is not said",
                        "Content-Type: multipart/mixed; boundary=b\n",
                        "--b\nContent-Type: text/plain\n\nCrue\n--b\nContent-Type: text/plain\n"
                                + "Content-Disposition: attachment; filename=log.txt\n\nlog\n--b--\n",
                        "Crue"),
                Arguments.of(
                        "nested",
                        "Content-Type: multipart/mixed; boundary=a\n",
                        "--a\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: multipart/alternative;"
                                + " boundary=c\n\n--c\nContent-Type: text/plain\n\nCrue\n--c--\n--b--\n--a--\n",
                        "Crue"),
                Arguments.of(
                        "signed",
                        "Content-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"\n",
                        "--b\nContent-Type: text/plain\n\nCrue\n--b\nContent-Type: application/pgp-signature\n\nx\n--b--\n",
                        "Crue"),
                Arguments.of("no closing boundary", alternative, "--b\nContent-Type: text/plain\n\nCrue\n", "Crue"),
                Arguments.of("quoted history", "", "It rises.\n\nOn Mon, 1 Jan 2026, X wrote:\n> old\n", "It rises."),
                Arguments.of(
                        "french history", "", utf8("Ça monte.\nLe 1 janv. 2026, X a écrit :\n> vieux\n"), "Ça monte."),
                Arguments.of("outlook history", "", "It rises.\n-----Original Message-----\nFrom: x\n", "It rises."),
                Arguments.of("signature", "", "It rises.\n-- \nNoc\n", "It rises."),
                Arguments.of("nothing but a quotation", "", "> It rises.\n", "> It rises."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void theTextIsWhatItsSenderWrote(String name, String headers, String body, String text) {
        assertThat(document(mail(headers, body)).path("text").asText()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "=?utf-8?Q?=C3=89vacuez?= =?utf-8?B?8J+Mig==?=|Évacuez🌊",
                "=?x-klingon?Q?abc?=|=?x-klingon?Q?abc?=",
                "=?utf-8?Q?a=0D=0ABcc:_x@y?=|a Bcc: x@y",
                "${bean:x} {{sys:user.home}}|${bean:x} {{sys:user.home}}"
            })
    void theSubjectIsOneLineOfText(String raw, String subject) {
        assertThat(document(mail("", "x").replace("Pump 7", raw))
                        .path("subject")
                        .asText())
                .isEqualTo(subject);
    }

    static Stream<Arguments> cap() {
        String attached = "Content-Type: multipart/mixed; boundary=b\n";
        return Stream.of(
                Arguments.of("as the body", "Content-Type: application/cap+xml\n", CAP),
                Arguments.of("as text", "", CAP),
                Arguments.of(
                        "as an attachment",
                        attached,
                        "--b\nContent-Type: text/plain\n\nsee there\n--b\nContent-Type: application/octet-stream; name=a.cap\n"
                                + "Content-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n"
                                + Base64.getMimeEncoder().encodeToString(CAP.getBytes(StandardCharsets.US_ASCII))
                                + "\n--b--\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cap")
    void capIsTakenByteForByte(String name, String headers, String body) {
        MailVerdict verdict = verdict(mail(headers, body));

        assertThat(verdict).isInstanceOf(MailVerdict.Cap.class);
        assertThat(((MailVerdict.Cap) verdict).documents()).singleElement().satisfies(document -> assertThat(
                        new String(document, StandardCharsets.US_ASCII).replace("\r", ""))
                .isEqualTo(CAP));
    }

    /** {@code -} stands for a header's end; each line beside a listed sender unless it names another. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "SENDER_NOT_LISTED|From: a@example.org",
                "SENDER_NOT_LISTED|From: noc@example.org.evil.example",
                "SENDER_NOT_LISTED|From: x@sub.warnings.example.net",
                "SENDER_NOT_LISTED|From: \"noc@example.org\" <a@evil.example>",
                "SENDER_NOT_LISTED|From: =?utf-8?Q?noc@example.org=3E?= <a@evil.example>",
                "SENDER_UNCLEAR|From: noc@example.org, a@evil.example",
                "SENDER_UNCLEAR|From: noc@example.org~From: a@evil.example",
                "SENDER_UNCLEAR|From: friends: noc@example.org;",
                "SENDER_UNCLEAR|Subject: nobody",
                "OWN_MAIL|From: alerts@hub.example.org",
                "OWN_MAIL|From: noc@example.org~X-Tocsin-Key: 1.2",
                "OWN_MAIL|From: noc@example.org~Message-ID: <ours@hub.example.org>",
                "REPLY_TO_OURS|From: noc@example.org~In-Reply-To: <ours@hub.example.org>",
                "REPLY_TO_OURS|From: noc@example.org~References: <a@b> <ours@hub.example.org>",
                "AUTO_REPLY|From: noc@example.org~Auto-Submitted: auto-replied (vacation)",
                "AUTO_REPLY|From: noc@example.org~Auto-Submitted: auto-generated~In-Reply-To: <a@b>",
                "AUTO_REPLY|From: noc@example.org~X-Auto-Response-Suppress: All~References: <a@b>",
                "AUTO_REPLY|From: noc@example.org~Precedence: auto_reply",
                "AUTO_REPLY|From: noc@example.org~Precedence: bulk~In-Reply-To: <a@b>",
                "AUTO_REPLY|From: noc@example.org~X-Autoreply: yes",
                "AUTO_REPLY|From: noc@example.org~Subject: Out of office~In-Reply-To: <a@b>",
                "AUTO_REPLY|From: noc@example.org~Subject: =?utf-8?Q?R=C3=A9ponse_automatique?=~References: <a@b>",
                "MAILING_LIST|From: noc@example.org~List-Id: <flood.example.org>",
                "MAILING_LIST|From: noc@example.org~Precedence: list"
            })
    void itNeverTriggers(MailReason reason, String headers) {
        assertThat(verdict(headers.replace('~', '\n') + "\n\nSeverity: Extreme\n"))
                .isEqualTo(new MailVerdict.Ignored(reason));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "From: MAILER-DAEMON@mx.example.org",
                "From: noc@example.org~Return-Path: <>",
                "From: noc@example.org~Return-Path: < >",
                "From: noc@example.org~Content-Type: multipart/report; report-type=delivery-status",
                "From: noc@example.org~X-Failed-Recipients: a@b.example"
            })
    void whatMailServersGiveBackNeverTriggers(String headers) {
        assertThat(verdict(headers.replace('~', '\n') + "\n\nSeverity: Extreme\n"))
                .isEqualTo(new MailVerdict.Returned());
    }

    /** Monitoring tools say so of themselves. */
    @ParameterizedTest
    @CsvSource({
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        "List-Unsubscribe: <https://x.example>",
        "Return-Path: <bounces@example.org>",
        "X-Mailer: x"
    })
    void aMachineMayTrigger(String header) {
        assertThat(verdict(mail(header + "\n", "x"))).isInstanceOf(MailVerdict.Document.class);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ENCRYPTED|Content-Type: multipart/encrypted; boundary=b",
                "ENCRYPTED|Content-Type: application/pkcs7-mime; smime-type=enveloped-data",
                "TNEF|Content-Type: application/ms-tnef; name=winmail.dat",
                "UNREADABLE|Content-Type: multipart/mixed"
            })
    void whatCannotBeReadIsParked(MailReason reason, String header) {
        assertThat(verdict(mail(header + "\n", "x"))).isEqualTo(new MailVerdict.Parked(reason, null));
    }

    @Test
    void inlinePgpAndNothingAtAllAreParked() {
        assertThat(verdict(mail("", "-----BEGIN PGP MESSAGE-----\nx\n")))
                .isEqualTo(new MailVerdict.Parked(MailReason.ENCRYPTED, null));
        assertThat(verdict("From: noc@example.org\n\n")).isEqualTo(new MailVerdict.Parked(MailReason.EMPTY, null));
    }

    @Test
    void manyPartsAndDeepOnesAreParked() {
        String flat = "--b\n\nx\n".repeat(200) + "--b--\n";
        assertThat(verdict(mail("Content-Type: multipart/mixed; boundary=b\n", flat)))
                .isEqualTo(new MailVerdict.Parked(MailReason.TOO_MANY_PARTS, null));
        StringBuilder deep = new StringBuilder();
        for (int i = 1; i < 500; i++) {
            deep.append("--b")
                    .append(i - 1)
                    .append("\nContent-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\n\n");
        }
        assertThat(verdict(mail("Content-Type: multipart/mixed; boundary=b0\n", deep.toString())))
                .isEqualTo(new MailVerdict.Parked(MailReason.TOO_MANY_PARTS, null));
    }

    @Test
    void aHugeTextIsCut() {
        assertThat(document(mail("", "word ".repeat(200_000))).path("text").asText())
                .hasSizeLessThanOrEqualTo(MailText.LONGEST);
        assertThat(document(mail("Content-Type: text/html\n", "<div>".repeat(50_000) + "x"))
                        .path("text")
                        .asText())
                .isEqualTo("x");
    }

    @Test
    void theSameMailIsKnownAgainByIdAndContentWhateverServersWroteIntoIt() {
        String once = mail("", "Water.\n");
        String identity = reader.read(bytes(once)).identity();

        assertThat(reader.read(bytes("Received: from x by y; now\nDelivered-To: z\n" + once))
                        .identity())
                .isEqualTo(identity);
        assertThat(reader.read(bytes(once.replace("Water", "Fire"))).identity()).isNotEqualTo(identity);
        assertThat(reader.read(bytes(once.replace("<1@", "<2@"))).identity()).isNotEqualTo(identity);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "true|mx.example.net; dmarc=pass (p=reject) header.from=example.org",
                "true|mx.example.net; spf=fail smtp.mailfrom=x@y.example; dkim=pass header.d=example.org header.s=a",
                "true|MX.EXAMPLE.NET 1; DKIM=pass header.i=@example.org",
                "true|mx.example.net; spf=pass smtp.mailfrom=bounce@example.org",
                "false|mx.example.net; none",
                "false|mx.example.net; dkim=pass header.d=evil.example",
                "false|mx.example.net; dkim=pass header.d=notexample.org",
                "false|mx.example.net; dkim=pass header.d=org",
                "false|mx.example.net; dkim=fail header.d=example.org",
                "false|mx.example.net; dkim=fail (dkim=pass header.d=example.org) header.d=example.org",
                "false|mx.example.net; dkim=pass (header.d=example.org) header.d=evil.example",
                "false|mx.example.net; dkim=pass reason=\"x header.d=example.org\" header.d=evil.example",
                "false|mx.example.net; spf=pass smtp.mailfrom=\"x smtp.mailfrom=a@example.org\"@evil.example",
                "false|mx.example.net; spf=pass smtp.helo=example.org",
                "false|mx.example.net; arc=pass header.from=example.org",
                "false|evil.example; dmarc=pass header.from=example.org",
                "false|evil.example; x; mx.example.net; dmarc=pass header.from=example.org",
                "false|mx.example.net; dmarc=fail header.from=example.org~mx.example.net; dmarc=pass header.from=example.org",
                "true|evil.example; dmarc=fail~mx.example.net; dmarc=pass header.from=example.org",
                "false|''"
            })
    void onlyWhatOurMailServerConfirmedIsBelieved(boolean believed, String results) {
        String headers = Stream.of(results.split("~"))
                .map(line -> "Authentication-Results: " + line + "\n")
                .reduce("", String::concat);

        MailVerdict verdict =
                reader("mx.example.net").read(bytes(headers + mail("", "x"))).verdict();

        if (believed) {
            assertThat(verdict).isInstanceOf(MailVerdict.Document.class);
        } else {
            assertThat(verdict).isInstanceOfSatisfying(MailVerdict.Parked.class, parked -> {
                assertThat(parked.reason()).isEqualTo(MailReason.SENDER_NOT_AUTHENTICATED);
                assertThat(parked.content()).isInstanceOf(MailVerdict.Document.class);
            });
        }
    }
}
