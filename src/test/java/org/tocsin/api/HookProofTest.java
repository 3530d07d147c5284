package org.tocsin.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.tocsin.api.HookSettings.Encoding;
import org.tocsin.api.HookSettings.Hook;
import org.tocsin.api.HookSettings.Proof;
import org.tocsin.privacy.Secret;

/** The published examples of GitHub, Slack and Standard Webhooks, and what must not pass. */
class HookProofTest {
    private static final String HELLO = "Hello, World!";
    private static final String GITHUB = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    private static final String SLACK_BODY = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
            + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
            + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J"
            + "%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121"
            + ".803a0bc887a14d10d2c447fce8b6703c";
    private static final String SLACK = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    private static final String STANDARD_BODY = "{\"event_type\":\"ping\",\"data\":{\"success\":true}}";

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17 | true
            sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17 | true
            sha256=00,sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17 | true
            sha1=0, sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17 | true
            sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18 | false
            757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17 | false
            sha256=  | false
            sha256=zz | false
            x | false
            """)
    void theRawBodyIsSigned(String header, boolean holds) {
        HookProof proof =
                new HookProof(hmac("X-Hub-Signature-256", "sha256=", Encoding.HEX, "It's a Secret to Everybody"));

        assertThat(holds(proof, HELLO, "X-Hub-Signature-256", header)).isEqualTo(holds);
        assertThat(holds(proof, HELLO + " ", "X-Hub-Signature-256", header)).isFalse();
        assertThat(holds(proof, HELLO)).isFalse();
    }

    @Test
    void severalSecretsAreValidWhileOneTakesThePlaceOfAnother() {
        Hook both = hmac("X-S", "v1=", Encoding.HEX, "another secret", "It's a Secret to Everybody");

        assertThat(holds(new HookProof(both), HELLO, "X-S", "v1=" + "0".repeat(64) + ",v1=" + GITHUB))
                .isTrue();
        assertThat(holds(
                        new HookProof(hmac("X-S", "v1=", Encoding.HEX, "another secret")),
                        HELLO,
                        "X-S",
                        "v1=" + GITHUB))
                .isFalse();
    }

    @Test
    void onlySoManySignaturesAreLookedAt() {
        Hook hook = hmac("X-S", "v1=", Encoding.HEX, "It's a Secret to Everybody");
        String many = ("v1=" + "0".repeat(64) + ",").repeat(10) + "v1=" + GITHUB;

        assertThat(holds(new HookProof(hook), HELLO, "X-S", many)).isFalse();
    }

    @ParameterizedTest(name = "{0} s later: {1}")
    @CsvSource({"0, true", "299, true", "301, false", "-299, true", "-301, false"})
    void aSignedTimestampIsGoodForItsWindow(long later, boolean holds) {
        HookProof proof = new HookProof(new Hook(
                Proof.HMAC,
                secrets("8f742231b10e8888abcd99yyyzzz85a5"),
                "X-Slack-Signature",
                "v0=",
                Encoding.HEX,
                "v0:{timestamp}:{body}",
                "X-Slack-Request-Timestamp",
                null,
                Duration.ofMinutes(5),
                null));
        Instant now = Instant.ofEpochSecond(1531420618 + later);

        assertThat(proof.holds(
                        request("X-Slack-Signature", SLACK, "X-Slack-Request-Timestamp", "1531420618"),
                        SLACK_BODY.getBytes(StandardCharsets.UTF_8),
                        now))
                .isEqualTo(holds);
        assertThat(proof.mayHold(request("X-Slack-Signature", SLACK), now)).isFalse();
        assertThat(proof.holds(
                        request("X-Slack-Signature", SLACK, "X-Slack-Request-Timestamp", "1531420619"),
                        SLACK_BODY.getBytes(StandardCharsets.UTF_8),
                        now))
                .isFalse();
    }

    @Test
    void aStandardWebhookSignsItsIdToo() {
        HookProof proof = new HookProof(new Hook(
                Proof.STANDARD_WEBHOOKS,
                secrets("whsec_plJ3nmyCDGBKInavdOK15jsl"),
                null,
                null,
                Encoding.HEX,
                null,
                null,
                null,
                Duration.ofMinutes(5),
                null));
        String signature = "v1a,Zm9v v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=";
        String[] headers = {
            "webhook-id", "msg_loFOjxBNrRLzqYUf", "webhook-timestamp", "1731705121", "webhook-signature", signature
        };
        Instant now = Instant.ofEpochSecond(1731705125);

        assertThat(proof.holds(request(headers), STANDARD_BODY.getBytes(StandardCharsets.UTF_8), now))
                .isTrue();
        assertThat(proof.id(request(headers))).isEqualTo("msg_loFOjxBNrRLzqYUf");
        headers[1] = "msg_another";
        assertThat(proof.holds(request(headers), STANDARD_BODY.getBytes(StandardCharsets.UTF_8), now))
                .isFalse();
        headers[1] = "";
        assertThat(proof.mayHold(request(headers), now)).isFalse();
    }

    @Test
    void aTimestampMayStandAmongTheSignatures() {
        HookProof proof = new HookProof(new Hook(
                Proof.HMAC,
                secrets("whsec_test_secret"),
                "Stripe-Signature",
                "v1=",
                Encoding.HEX,
                "{timestamp}.{body}",
                "Stripe-Signature",
                null,
                Duration.ofMinutes(5),
                null));
        // printf '1531420618.Hello, World!' | openssl dgst -sha256 -hmac whsec_test_secret
        String signature = "118e505cd3db85055d24bf07962c37eacdeb181a1cfefc4886e9992da669e9c7";

        assertThat(proof.holds(
                        request("Stripe-Signature", "t=1531420618,v1=" + signature + ",v0=" + GITHUB),
                        HELLO.getBytes(StandardCharsets.UTF_8),
                        Instant.ofEpochSecond(1531420620)))
                .isTrue();
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            Authorization | Bearer a-long-token | true
            Authorization | bearer a-long-token | true
            Authorization | Bearer a-long-toke  | false
            Authorization | Basic a-long-token  | false
            Authorization | a-long-token        | false
            X-Token       | a-long-token        | false
            """)
    void aTokenComesAsItIs(String header, String value, boolean holds) {
        HookProof proof = new HookProof(token(null));

        assertThat(holds(proof, HELLO, header, value)).isEqualTo(holds);
    }

    @Test
    void aTokenMayHaveAHeaderOfItsOwn() {
        HookProof proof = new HookProof(token("X-Opsgenie-Token"));

        assertThat(holds(proof, HELLO, "X-Opsgenie-Token", "a-long-token")).isTrue();
        assertThat(holds(proof, HELLO, "Authorization", "Bearer a-long-token")).isFalse();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "Basic emFiYml4OmEtbG9uZy10b2tlbg==, true",
        "Basic emFiYml4OmEtbG9uZy10b2tlbg, false",
        "Basic b3RoZXI6YS1sb25nLXRva2Vu, false",
        "Bearer emFiYml4OmEtbG9uZy10b2tlbg==, false"
    })
    void basicAuthenticationIsAUserAndASecret(String header, boolean holds) {
        HookProof proof = new HookProof(new Hook(
                Proof.BASIC,
                secrets("a-long-token"),
                null,
                null,
                Encoding.HEX,
                null,
                null,
                null,
                Duration.ofMinutes(5),
                "zabbix"));

        assertThat(holds(proof, HELLO, "Authorization", header)).isEqualTo(holds);
    }

    private static Hook token(String header) {
        return new Hook(
                Proof.TOKEN,
                secrets("a-long-token"),
                header,
                null,
                Encoding.HEX,
                null,
                null,
                null,
                Duration.ofMinutes(5),
                null);
    }

    private static Hook hmac(String header, String prefix, Encoding encoding, String... secrets) {
        return new Hook(
                Proof.HMAC, secrets(secrets), header, prefix, encoding, null, null, null, Duration.ofMinutes(5), null);
    }

    private static List<Secret> secrets(String... secrets) {
        return List.of(secrets).stream().map(Secret::of).toList();
    }

    private static boolean holds(HookProof proof, String body, String... headers) {
        return proof.holds(request(headers), body.getBytes(StandardCharsets.UTF_8), Instant.EPOCH);
    }

    private static MockHttpServletRequest request(String... headers) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/hooks/x");
        for (int i = 0; i < headers.length; i += 2) {
            request.addHeader(headers[i], headers[i + 1]);
        }
        return request;
    }
}
