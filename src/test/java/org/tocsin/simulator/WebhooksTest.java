package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WebhooksTest {
    private static final String TO = "+33612345678";

    private Hook hook;
    private Simulator simulator;
    private Caller caller;

    @BeforeEach
    void start() throws Exception {
        hook = new Hook("simulated-verify-token");
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withReceiptDelays(Duration.ofMillis(20), Duration.ofMillis(120), Duration.ofMillis(220))
                .withRetryGaps(Duration.ZERO, Duration.ofMillis(20), Duration.ofMillis(50)));
        caller = new Caller(simulator);
        assertThat(simulator.whatsApp().subscribe(hook.url())).isTrue();
    }

    @AfterEach
    void stop() {
        simulator.close();
        hook.close();
    }

    @Test
    void theHandshakeIsAnUnsignedGet() {
        assertThat(hook.handshakes).hasSize(1);
        assertThat(hook.handshakes.get(0))
                .matches("hub\\.mode=subscribe&hub\\.challenge=\\d+&hub\\.verify_token=simulated-verify-token null");
    }

    @Test
    void anEndpointThatFailsTheHandshakeGetsNothing() throws Exception {
        try (Hook stranger = new Hook("another-token");
                Simulator other = Simulator.start(
                        SimulatorSettings.defaults().withReceiptDelays(Duration.ZERO, Duration.ZERO, Duration.ZERO))) {
            assertThat(other.whatsApp().subscribe(stranger.url())).isFalse();
            assertThat(other.whatsApp().subscribe("http://127.0.0.1:1/nobody")).isFalse();
            assertThat(other.whatsApp().subscribe("not a url")).isFalse();

            new Caller(other).send(Caller.template(TO, "k"));

            await().until(() -> other.whatsApp().webhookCounts()[2] == 3);
            assertThat(stranger.posts).isEmpty();
        }
    }

    @Test
    void aWebhookNamedAtStartIsTriedUntilItsHandshakeSucceeds() throws Exception {
        try (Hook early = new Hook("simulated-verify-token");
                Simulator other = Simulator.start(SimulatorSettings.defaults().withWebhookUrl(early.url()))) {
            await().until(() -> early.handshakes.size() == 1);
            other.whatsApp().text(TO, "hello", null);
            await().until(() -> {
                other.whatsApp().text(TO, "hello", null);
                return !early.messages().isEmpty();
            });
        }
    }

    @Test
    void theSignatureIsOverTheRawAsciiBytes() throws Exception {
        simulator.whatsApp().text(TO, "Ça va à 100% <b>/</b> me@x.org 😀", null);

        await().until(() -> hook.posts.size() == 1);
        Hook.Post post = hook.posts.get(0);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("simulated-app-secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(post.signature()).isEqualTo("sha256=" + HexFormat.of().formatHex(mac.doFinal(post.body())));
        assertThat(post.body())
                .matches(bytes -> IntStream.range(0, bytes.length).allMatch(i -> bytes[i] > 0));
        assertThat(post.text())
                .contains("\\u00c7a va \\u00e0 100\\u0025 \\u003Cb>\\/\\u003C\\/b> me\\u0040x.org \\ud83d\\ude00");
        assertThat(hook.messages().get(0).at("/text/body").asText()).isEqualTo("Ça va à 100% <b>/</b> me@x.org 😀");
    }

    @Test
    void sentDeliveredAndReadCarryWhatMetaTells() throws Exception {
        String wamid = caller.send(Caller.template(TO, "inc-7/r-42")).wamid();

        await().until(() -> hook.statusesOf(wamid).size() == 3);
        assertThat(hook.statusesOf(wamid)).containsExactly("sent", "delivered", "read");
        List<JsonNode> statuses = hook.statuses();
        assertThat(statuses).allSatisfy(status -> {
            assertThat(status.path("recipient_id").asText()).isEqualTo("33612345678");
            assertThat(status.path("recipient_user_id").asText()).startsWith("US.");
            assertThat(status.path("biz_opaque_callback_data").asText()).isEqualTo("inc-7/r-42");
            assertThat(status.path("timestamp").isTextual()).isTrue();
            assertThat(status.has("conversation")).isFalse();
        });
        assertThat(statuses.stream().map(status -> status.has("pricing"))).containsExactly(true, true, false);
        assertThat(statuses.get(0).at("/pricing/category").asText()).isEqualTo("utility");
        assertThat(hook.changes().get(0).at("/contacts/0").has("profile")).isFalse();
        assertThat(hook.changes().get(1).at("/contacts/0/profile/name").asText())
                .isNotEmpty();
    }

    /** The form of apps below v24; pricing stands beside it. */
    @Test
    void belowVersion24StatusesTellOfTheirConversation() throws Exception {
        SimulatorSettings.Webhooks usual = SimulatorSettings.defaults().webhooks();
        SimulatorSettings settings = SimulatorSettings.defaults()
                .withReceiptDelays(Duration.ofMillis(20), Duration.ofMillis(120), Duration.ofMillis(220))
                .withWebhooks(new SimulatorSettings.Webhooks(
                        null,
                        usual.batch(),
                        usual.linger(),
                        usual.concurrency(),
                        usual.timeout(),
                        usual.retryGaps(),
                        usual.giveUp(),
                        23));
        try (Simulator old = Simulator.start(settings)) {
            assertThat(old.whatsApp().subscribe(hook.url())).isTrue();
            String wamid = new Caller(old).send(Caller.template(TO, "k")).wamid();

            await().until(() -> hook.statusesOf(wamid).size() == 3);
            assertThat(old.assumptions()).anyMatch(said -> said.startsWith("webhooks are those of v23, with"));
        }
        List<JsonNode> statuses = hook.statuses();
        assertThat(statuses.stream().map(status -> status.has("conversation"))).containsExactly(true, true, false);
        assertThat(statuses.get(0).at("/conversation/origin/type").asText()).isEqualTo("utility");
        assertThat(statuses.get(0).at("/conversation/expiration_timestamp").asLong())
                .isEqualTo(statuses.get(0).path("timestamp").asLong() + 86_400);
        assertThat(statuses.get(1).at("/conversation/expiration_timestamp").isMissingNode())
                .isTrue();
        assertThat(statuses.get(0).at("/conversation/id").asText())
                .isNotEmpty()
                .isEqualTo(statuses.get(1).at("/conversation/id").asText())
                .doesNotContain("33612345678");
    }

    @ParameterizedTest
    @CsvSource({"true, sent delivered read played", "false, sent delivered read"})
    void aVoiceMessageIsPlayedAfterItIsRead(boolean voice, String told) throws Exception {
        simulator.whatsApp().text(TO, "hello", null); // else free content is not delivered
        String wamid = caller.send("""
                        {"messaging_product":"whatsapp","to":"%s","type":"audio","audio":{"id":"1","voice":%s}}""".formatted(TO, voice)).wamid();
        String after = caller.send(Caller.template(TO, "k")).wamid();

        await().until(() -> String.join(" ", hook.statusesOf(wamid)).equals(told)
                && hook.statusesOf(after).size() == 3);
        assertThat(hook.statusesOf(wamid)).hasSize(told.split(" ").length);
    }

    /** To each of several posts; the gaps are those of the settings, the last one again and again until it is given up. */
    @ParameterizedTest
    @CsvSource({"36h, 37", "7d, 169"})
    void whatIsNeverAnswered200IsPostedAfterGrowingGapsUntilItIsGivenUp(String giveUp, int hours) throws Exception {
        try (Simulator patient = Simulator.start(
                Scenario.parse("settings: {webhooks: {retry-gaps: [0s, 10s, 2m, 1h], give-up: " + giveUp + "}}")
                        .over(SimulatorSettings.defaults()))) {
            assertThat(patient.whatsApp().subscribe(hook.url())).isTrue();
            hook.answers = n -> 500;
            patient.whatsApp().text(TO, "hello", null);
            awaitPosts(patient, 2); // the second one at once

            int posts = 2;
            for (Duration gap : List.of(Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofHours(1))) {
                patient.advance(gap.minusSeconds(5));
                await().during(Duration.ofMillis(100)).until(() -> true);
                assertThat(hook.posts)
                        .as("before the gap of " + gap + " is over")
                        .hasSize(posts);
                patient.advance(Duration.ofSeconds(5));
                awaitPosts(patient, ++posts);
            }
            for (int hour = 2; hour < hours - 1; hour++) {
                patient.advance(Duration.ofHours(1));
                awaitPosts(patient, ++posts);
            }
            patient.advance(Duration.ofHours(1));
            int last = posts + 1;
            await().until(() -> hook.posts.size() == last && patient.whatsApp().webhookCounts()[4] == 0);
            patient.advance(Duration.ofDays(30));
            await().during(Duration.ofMillis(100)).until(() -> true);
            assertThat(hook.posts).as("after it was given up").hasSize(last);
        }
    }

    /** And waits for its next time. */
    private void awaitPosts(Simulator patient, int number) {
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> hook.posts.size() == number && patient.whatsApp().webhookCounts()[4] == 1);
    }

    /** No answer comes before as many are there as may be: fewer at a time, and none would. */
    @Test
    void soManyPostsAsIsSaidAreMadeAtTheSameTimeAndNoMore() throws Exception {
        int atATime = 3;
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier all = new CyclicBarrier(atATime);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        HttpServer business = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 100);
        business.setExecutor(threads);
        business.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (body.length > 0) {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                try {
                    all.await(10, TimeUnit.SECONDS);
                } catch (Exception alone) {
                    most.set(-1);
                }
                now.decrementAndGet();
            }
            byte[] answer = String.valueOf(exchange.getRequestURI().getQuery())
                    .replaceAll(".*hub\\.challenge=([^&]*).*", "$1")
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        business.start();
        try (Simulator busy = Simulator.start(Scenario.parse("settings: {webhooks: {batch: 1, concurrency: 3}}")
                .over(SimulatorSettings.defaults()))) {
            assertThat(busy.whatsApp()
                            .subscribe(
                                    "http://127.0.0.1:" + business.getAddress().getPort() + "/hooks"))
                    .isTrue();
            for (int n = 0; n < 5 * atATime; n++) {
                busy.whatsApp().text(TO, "hello " + n, null);
            }
            await().until(() -> busy.whatsApp().webhookCounts()[1] == 5L * atATime);
            assertThat(most).hasValue(atATime);
        } finally {
            business.stop(0);
            threads.shutdownNow();
        }
    }

    static Stream<Arguments> courses() {
        return Stream.of(
                arguments(Fault.noReceipts(), List.of(), true),
                arguments(Fault.sentOnly(), List.of("sent"), false),
                arguments(Fault.notRead(), List.of("sent", "delivered"), true),
                arguments(Fault.readWithoutDelivered(), List.of("sent", "read"), true),
                arguments(Fault.reordered(), List.of("read", "delivered", "sent"), true),
                arguments(Fault.notOnWhatsApp(), List.of("failed"), false),
                arguments(Fault.failedLate(131049, Duration.ofMillis(200)), List.of("sent", "failed"), false),
                arguments(new Fault.Held(Duration.ofMillis(50), true), List.of("sent", "delivered", "read"), true),
                arguments(new Fault.Held(Duration.ofMillis(50), false), List.of("failed"), false));
    }

    @ParameterizedTest
    @MethodSource("courses")
    void eachCourseTellsItsStatusesInItsOrder(Fault fault, List<String> told, boolean onPhone) throws Exception {
        simulator.whatsApp().fault(TO, fault);
        String wamid = caller.send(Caller.template(TO, "k")).wamid();
        String after = caller.send(Caller.template("+33600000000", "k")).wamid();

        await().until(() ->
                hook.statusesOf(after).size() == 3 && hook.statusesOf(wamid).size() >= told.size());
        assertThat(hook.statusesOf(wamid)).containsExactlyElementsOf(told);
        assertThat(simulator.whatsApp().journal().messagesTo(TO).get(0).onPhone())
                .isEqualTo(onPhone);
    }

    @Test
    void aFailureHasItsErrorAndNoContacts() throws Exception {
        simulator.whatsApp().fault(TO, Fault.notOnWhatsApp());
        caller.send(Caller.template(TO, "k"));

        await().until(() -> hook.statuses().size() == 1);
        JsonNode failed = hook.statuses().get(0);
        assertThat(failed.at("/errors/0/code").asInt()).isEqualTo(131026);
        assertThat(failed.has("recipient_user_id")).isFalse();
        assertThat(failed.path("biz_opaque_callback_data").asText()).isEqualTo("k");
        assertThat(hook.changes().get(0).has("contacts")).isFalse();
    }

    @Test
    void theSenderOfALostResponseLearnsFromTheCallbackKey() throws Exception {
        simulator.whatsApp().fault(TO, Fault.lostResponse());
        try {
            caller.send(Caller.template(TO, "lost-1"));
        } catch (java.io.IOException expected) {
            // that is the fault
        }

        await().until(() -> hook.statuses().size() == 3);
        assertThat(hook.statuses()).allSatisfy(status -> assertThat(
                        status.path("biz_opaque_callback_data").asText())
                .isEqualTo("lost-1"));
    }

    @Test
    void statusesMayComeBeforeTheAnswer() throws Exception {
        simulator.whatsApp().fault(TO, new Fault.Late(Duration.ofMillis(800), true));

        String wamid = caller.send(Caller.template(TO, "k")).wamid();

        assertThat(hook.statusesOf(wamid)).containsExactlyInAnyOrder("sent", "delivered", "read");
    }

    @Test
    void whatIsNotAnswered200IsPostedAgainByteForByte() throws Exception {
        hook.answers = n -> n < 3 ? 500 : 200;
        simulator.whatsApp().text(TO, "hello", null);

        await().until(() -> hook.posts.size() >= 4);
        assertThat(hook.posts.stream().map(Hook.Post::text).distinct()).hasSize(1);
        assertThat(hook.posts.stream().map(Hook.Post::signature).distinct()).hasSize(1);
        await().until(() -> simulator.whatsApp().webhookCounts()[1] == 1);
    }

    @Test
    void howLongTheHubTookToAnswerIsCountedUntilTheJournalIsCleared() throws Exception {
        hook.answers = n -> n < 3 ? 500 : 200;
        simulator.whatsApp().text(TO, "hello", null);

        // Those that say 500 too; some may be lost on the way.
        await().until(() -> simulator.whatsApp().webhookCounts()[1] == 1);
        assertThat(webhooks().path("answers").asInt()).isBetween(2, hook.posts.size());
        assertThat(webhooks().path("answeredP50Millis").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(webhooks().path("answeredMaxMillis").asDouble());

        caller.control("DELETE", "/journal", null);
        assertThat(webhooks().path("answers").asInt()).isZero();
        assertThat(webhooks().path("answeredP99Millis").asDouble()).isZero();
    }

    private JsonNode webhooks() throws Exception {
        return caller.control("GET", "/counts", null).json().path("webhooks");
    }

    @Test
    void afterAnOutageTheBacklogComesInBatches() throws Exception {
        simulator.whatsApp().webhookOutage(true);
        for (int i = 0; i < 2500; i++) {
            simulator.whatsApp().text("+3361" + (1_000_000 + i), "hello " + i, null);
        }
        assertThat(hook.posts).isEmpty();

        simulator.whatsApp().webhookOutage(false);

        await().until(() -> hook.messages().size() >= 2500);
        // One whose answer was lost on the way comes again.
        assertThat(hook.posts.stream().filter(post -> !post.repeated())).hasSize(3);
        assertThat(hook.messages().stream()
                        .map(message -> message.path("id").asText())
                        .distinct())
                .hasSize(2500);
        assertThat(hook.posts.get(0).text().split("\"changes\"")).hasSizeGreaterThan(2);
        assertThat(hook.posts).allSatisfy(post -> assertThat(post.body().length).isLessThan(3_000_000));
    }

    @Test
    void duplicatesAreTold() throws Exception {
        simulator.whatsApp().fault(TO, Fault.duplicated(2));
        String wamid = caller.send(Caller.template(TO, "k")).wamid();

        await().until(() -> hook.statusesOf(wamid).size() == 6);
        assertThat(hook.statusesOf(wamid)).containsExactly("sent", "sent", "delivered", "delivered", "read", "read");
    }

    @Test
    void aForgedReceiptHasAWrongSignatureAndIsNotRepeated() throws Exception {
        hook.answers = n -> 401;
        simulator.whatsApp().fault(TO, Fault.forgedReceipts());
        caller.send(Caller.template(TO, "k"));

        await().until(() -> hook.posts.size() == 3);
        assertThat(hook.posts).allSatisfy(post -> assertThat(post.signature())
                .isNotEqualTo(WebhookBody.signature(post.body(), "simulated-app-secret")));
    }

    @Test
    void aPostMayHoldMoreUpdatesThanMetaPromisesAtMost() {
        simulator.whatsApp().oversizeBatches(true);
        for (int n = 0; n < 1_200; n++) {
            simulator.whatsApp().statusOfUnknownMessage(TO, "delivered");
        }
        simulator.advance(Duration.ofSeconds(2));

        await().until(() -> hook.statuses().size() == 1_200);
        assertThat(hook.posts).hasSize(1);
    }

    @Test
    void aStatusOfAnUnknownMessageCanBeSent() {
        simulator.whatsApp().statusOfUnknownMessage(TO, "delivered");

        await().until(() -> hook.statuses().size() == 1);
        assertThat(simulator.whatsApp().journal().attempts()).isZero();
    }

    @Test
    void quietReceiptsTellNothing() throws Exception {
        try (Simulator quiet = Simulator.start(SimulatorSettings.defaults()
                .withQuietReceipts(true)
                .withReceiptDelays(Duration.ZERO, Duration.ZERO, Duration.ZERO))) {
            assertThat(quiet.whatsApp().subscribe(hook.url())).isTrue();
            new Caller(quiet).send(Caller.template(TO, "k"));
            quiet.whatsApp().text(TO, "end", null);

            await().until(() -> hook.messages().size() == 1);
            assertThat(hook.statuses()).isEmpty();
        }
    }
}
