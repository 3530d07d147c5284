package org.tocsin.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.privacy.Secret;
import org.tocsin.publish.PublishSettings.Webhook;
import org.tocsin.testing.EventReceiver;
import org.tocsin.testing.Trap;

/** Where events are posted, and where never; against a real server. */
@Timeout(30)
class WebhookClientTest {
    private static final String SECRET =
            Base64.getEncoder().encodeToString("a secret of the tests, 32 bytes.".getBytes(StandardCharsets.UTF_8));
    private static final byte[] BODY = "{\"id\":\"e-1\"}".getBytes(StandardCharsets.UTF_8);
    private static final EventReceiver tool = new EventReceiver();
    private static final Trap trap = new Trap();

    @AfterAll
    static void close() {
        tool.close();
        trap.close();
    }

    private static Webhook webhook(String url, String... internal) {
        return new Webhook(
                url, List.of(Secret.of("whsec_" + SECRET)), null, List.of(internal), Duration.ofMillis(1500));
    }

    private static NotPublished post(Webhook webhook, DnsResolver names) {
        try (WebhookClient client = new WebhookClient(webhook, names, Clock.systemUTC())) {
            return catchThrowableOfType(NotPublished.class, () -> client.post("e-1", AlertEvent.CONTENT_TYPE, BODY));
        }
    }

    private static NotPublished post(Webhook webhook) {
        return post(webhook, SystemDefaultDnsResolver.INSTANCE);
    }

    @ParameterizedTest
    @CsvSource({
        "200, false, ''",
        "204, false, ''",
        "302, true, 'answered 302, a redirect, which is not followed'",
        "400, true, answered 400",
        "401, true, answered 401",
        "404, true, answered 404",
        "410, true, answered 410",
        "408, false, answered 408",
        "429, false, answered 429",
        "500, false, answered 500",
        "503, false, answered 503",
        "-1, false, 'no connection, or it broke (NoHttpResponseException)'",
        "0, false, no answer within 1500 ms",
    })
    void anAnswerIsTakenPutAsideOrTriedAgain(int status, boolean forGood, String sentence) {
        String path = "/answer" + status;
        tool.answer(path, event -> status);

        NotPublished failure = post(webhook(tool.url(path), "127.0.0.1"));

        if (sentence.isEmpty()) {
            assertThat(failure).isNull();
        } else {
            assertThat(failure).hasMessage(sentence);
            assertThat(failure.forGood()).isEqualTo(forGood);
        }
        assertThat(tool.posted(path, event -> true))
                .as("nothing is repeated here")
                .hasSize(1);
        assertThat(tool.posted("/elsewhere", event -> true)).isEmpty();
    }

    @Test
    void ofAHostThatIsNotListedAsInternalNoAddressOfOurNetworkIsCalled() {
        NotPublished failure = post(webhook("http://" + trap.address() + "/"));

        assertThat(failure).hasMessageContaining("internal-hosts").hasMessageNotContaining("127.0.0.1");
        assertThat(failure.forGood()).as("an operator mends the configuration").isFalse();
        assertThat(trap.calls()).isZero();
    }

    /** There is no look before the connection that another answer could follow: each connection has one, and it is checked. */
    @Test
    void aNameThatLeadsElsewhereAtTheSecondLookIsNotFollowed() {
        String[] answers = {"127.0.0.1", "169.254.169.254", "127.0.0.1"};
        AtomicInteger looks = new AtomicInteger();
        DnsResolver rebinding = new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return new InetAddress[] {InetAddress.getByName(answers[looks.getAndIncrement()])};
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
        AtomicInteger told = new AtomicInteger();
        tool.answer("/rebound", event -> {
            told.incrementAndGet();
            return 204;
        });
        String url = tool.url("/rebound").replace("127.0.0.1", "tool.example.org");

        assertThat(post(webhook(url, "tool.example.org"), rebinding)).isNull();
        assertThat(looks).as("it called what it had looked at").hasValue(1);
        assertThat(post(webhook(url, "tool.example.org"), rebinding)).hasMessageContaining("internal-hosts");
        assertThat(post(webhook(url), rebinding)).hasMessageContaining("internal-hosts");
        assertThat(looks).hasValue(3);
        assertThat(told).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://tool.example.org/",
                "https://user:word@tool.example.org/",
                "ftp://tool.example.org/",
                "https://2130706433/",
                "https://tool.example.org/\\x",
                "nothing"
            })
    void suchAnAddressStopsTheStart(String url) {
        assertThat(webhook(url).problem()).startsWith(".url: expected ").doesNotContain("tool.example");
    }

    @Test
    void httpsAndASecretAreEnoughAndShortSecretsAreNot() {
        assertThat(webhook("https://tool.example.org/events").problem()).isNull();
        assertThat(webhook("http://tool.lan:8080/events", "tool.lan").problem()).isNull();
        for (List<Secret> secrets : List.of(
                List.<Secret>of(),
                List.of(Secret.of("c2hvcnQ=")),
                List.of(Secret.of("no base64 at all, this is not")))) {
            assertThat(new Webhook("https://tool.example.org/", secrets, null, List.of(), Duration.ofSeconds(1))
                            .problem())
                    .startsWith(".secrets: expected")
                    .doesNotContain("c2hvcnQ");
        }
    }

    @Test
    void theTokenOfAToolIsSentBesideTheSignature() {
        Webhook bare = webhook(tool.url("/token"), "127.0.0.1");
        Webhook withToken =
                new Webhook(bare.url(), bare.secrets(), Secret.of("t-1"), bare.internalHosts(), bare.timeout());

        assertThatCode(() -> post(withToken)).doesNotThrowAnyException();

        assertThat(tool.posted("/token", event -> true)).singleElement().satisfies(posted -> {
            assertThat(posted.header("Authorization")).isEqualTo("Bearer t-1");
            assertThat(posted.header("webhook-id")).isEqualTo("e-1");
            assertThat(posted.header("webhook-signature")).startsWith("v1,");
            assertThat(posted.header("Content-Type")).isEqualTo(AlertEvent.CONTENT_TYPE);
        });
    }
}
