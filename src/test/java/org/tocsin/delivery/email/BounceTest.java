package org.tocsin.delivery.email;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.Receipt;
import org.tocsin.delivery.email.Bounce.Kind;

/** Reports of mail servers, as Postfix, Exim, Exchange and qmail write them. */
class BounceTest {
    private static final String KEY = "3k.1a2b3c4d5e6f7";

    private static Bounce read(String mail) {
        return Bounce.read(mail.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String report(String type, String groups) {
        return """
                From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
                To: alerts@hub.example.org
                Subject: Undelivered Mail Returned to Sender
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=%s; boundary="b"

                --b
                Content-Type: text/plain; charset=us-ascii

                I am sorry: 550 5.1.1 unknown
                --b
                Content-Type: message/%s

                Reporting-MTA: dns; mx.example.net

                %s
                --b
                Content-Type: message/rfc822

                Message-ID: <%s@hub.example.org>
                X-Tocsin-Key: %s
                Subject: Flood

                text
                --b--
                """.formatted(type, type, groups, KEY, KEY);
    }

    private static String recipient(String action, String status) {
        return "Final-Recipient: rfc822; t@people.example.org\nAction: %s\nStatus: %s\nDiagnostic-Code: smtp; 550 no\n"
                .formatted(action, status);
    }

    @ParameterizedTest(name = "{0} {1}: {2}, address unusable {3}")
    @CsvSource({
        "failed, 5.1.1, FAILED, true",
        "failed, 5.1.10 (null MX), FAILED, true",
        "Failed, 5.2.1, FAILED, true",
        "failed, 5.2.2, FAILED, false",
        "failed, 5.7.1, FAILED, false",
        "failed, 5.1.8, FAILED, false",
        "failed, 4.4.7, FAILED, false",
        "failed (expired), 4.4.7, FAILED, false",
        "delayed, 4.4.1, DELAYED, false",
        "delayed, 5.1.1, DELAYED, false",
        "delivered, 2.0.0, UNCLEAR, false",
        "relayed, 2.0.0, UNCLEAR, false",
        "expanded, 2.0.0, UNCLEAR, false"
    })
    void theActionDecidesAndTheStatusSaysWhetherTheAddressIsLost(
            String action, String status, Kind kind, boolean unusable) {
        Bounce bounce = read(report("delivery-status", recipient(action, status)));

        assertThat(bounce.kind()).isEqualTo(kind);
        assertThat(bounce.addressUnusable()).isEqualTo(unusable);
        assertThat(bounce.keys()).containsExactly(KEY);
    }

    @ParameterizedTest
    @CsvSource({"disposition-notification", "feedback-report"})
    void aReadReceiptOrAComplaintIsNoFailure(String type) {
        assertThat(read(report(type, "Disposition: automatic-action/MDN-sent-automatically; deleted\n"))
                        .kind())
                .isEqualTo(Kind.UNCLEAR);
    }

    @Test
    void oneOfSeveralRecipientsThatFailedIsAFailure() {
        Bounce bounce =
                read(report("delivery-status", recipient("delivered", "2.0.0") + "\n" + recipient("failed", "5.1.1")));

        assertThat(bounce.kind()).isEqualTo(Kind.FAILED);
        assertThat(bounce.status()).isEqualTo("5.1.1");
    }

    @Test
    void anOldServersWordsAreAFailureAndTakeNoAddressOutOfUse() {
        Bounce bounce = read("""
                Return-Path: <>
                From: MAILER-DAEMON@mx.example.net
                Subject: failure notice

                Hi. This is the qmail-send program at mx.example.net.
                <t@people.example.org>: Sorry, no mailbox here by that name. (#5.1.1)

                --- Below this line is a copy of the message.

                Message-ID: <%s@hub.example.org>
                """.formatted(KEY));

        assertThat(bounce).isEqualTo(new Bounce(bounce.keys(), Kind.FAILED, null));
        assertThat(bounce.keys()).containsExactly(KEY);
        assertThat(bounce.addressUnusable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"''", "From: x", "Content-Type: multipart/report", "Content-Type: multipart/report; boundary=b"})
    void whatCannotBeReadIsNoFailureOfOurs(String mail) {
        assertThat(read(mail + "\n\n--b\n--b\n")).satisfies(bounce -> {
            assertThat(bounce.keys()).isEmpty();
            assertThat(bounce.kind()).isEqualTo(Kind.UNCLEAR);
        });
    }

    @Test
    void aBounceIsKeptAsAReceiptWithoutAnythingPersonal() {
        byte[] kept = BounceReceiptReader.write(KEY, new Bounce(java.util.Set.of(KEY), Kind.FAILED, "5.1.1"));

        assertThat(new String(kept, StandardCharsets.UTF_8)).doesNotContain("people.example.org");
        List<Receipt> receipts = new BounceReceiptReader().read(kept).receipts();
        assertThat(receipts).singleElement().satisfies(receipt -> {
            assertThat(receipt.callbackKey()).isEqualTo(KEY);
            assertThat(receipt.kind()).isEqualTo(Receipt.Kind.FAILED);
            assertThat(receipt.failure()).isEqualTo(new Rejected("bounce 5.1.1", true));
        });
        assertThat(new BounceReceiptReader().read(new byte[] {1}).unreadable()).isEqualTo(1);
    }
}
