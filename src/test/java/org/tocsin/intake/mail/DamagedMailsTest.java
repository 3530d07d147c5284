package org.tocsin.intake.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.delivery.email.Bounce;

/** Sound mails, damaged at random (by a seed, so that each run is the same): reading ends, and never fails. */
class DamagedMailsTest {
    private static final List<String> SOUND = List.of(
            "From: noc@example.org\r\nSubject: =?utf-8?B?w6k=?=\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
                    + "--b\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding:"
                    + " quoted-printable\r\n\r\nSeverity: =C3=89 \r\nx\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x<!-- "
                    + "</p>\r\n--b\r\nContent-Type: application/cap+xml\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    + "PGFsZXJ0IHhtbG5zPSJ1cm46b2FzaXM6bmFtZXM6dGM6ZW1lcmdlbmN5OmNhcDoxLjIiLz4=\r\n--b--\r\n",
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@x\r\nContent-Type: multipart/report; report-type=delivery-status;"
                    + " boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
                    + "Final-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type:"
                    + " message/rfc822\r\n\r\nMessage-ID: <3k.1a2b3c@hub.example.org>\r\n\r\nx\r\n--b--\r\n");
    private static final byte[] TELLING =
            "\r\n\0\t ;:=?<>()\"'\\@,-/&#%\u00ff\u0080".getBytes(StandardCharsets.ISO_8859_1);

    private final MailReader reader = new MailReader(
            new MailSorter(new SenderList(List.of("noc@example.org")), "", "alerts@hub.example.org", id -> false));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void readingEndsAndNeverFails(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1_500; i++) {
            byte[] mail =
                    damaged(SOUND.get(random.nextInt(SOUND.size())).getBytes(StandardCharsets.ISO_8859_1), random);
            assertThat(reader.read(mail).verdict()).isNotNull();
            assertThat(Bounce.read(mail).kind()).isNotNull();
        }
    }

    private static byte[] damaged(byte[] sound, Random random) {
        byte[] mail = sound.clone();
        for (int n = random.nextInt(8); n >= 0; n--) {
            int at = random.nextInt(mail.length);
            int length = random.nextInt(Math.min(60, mail.length - at) + 1);
            ByteArrayOutputStream next = new ByteArrayOutputStream();
            next.write(mail, 0, at);
            switch (random.nextInt(4)) {
                case 0 -> next.write(TELLING[random.nextInt(TELLING.length)]); // one more
                case 1 -> at += length; // some are gone
                case 2 -> { // some come again and again
                    for (int k = random.nextInt(20); k > 0; k--) {
                        next.write(mail, at, length);
                    }
                }
                default -> { // one is another
                    next.write(random.nextInt(256));
                    at++;
                }
            }
            next.write(mail, at, mail.length - at);
            mail = next.size() == 0 ? sound.clone() : next.toByteArray();
        }
        return mail;
    }
}
