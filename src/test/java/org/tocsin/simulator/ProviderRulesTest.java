package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.simulator.Correspondence.Shown;
import org.tocsin.simulator.SimulatorSettings.Template.Status;

/** What the provider does by itself; the numbers are those of the table in the package's description. */
class ProviderRulesTest {
    private static final String TO = "+33612345678";
    private static final String ANOTHER = "+33687654321";
    private static final Rules NONE = Rules.none();

    private final List<AutoCloseable> open = new ArrayList<>();
    private Simulator simulator;
    private Caller caller;
    private Hook hook;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private void start(Rules rules) throws Exception {
        hook = new Hook("simulated-verify-token");
        simulator = Simulator.start(SimulatorSettings.defaults().withRules(rules));
        caller = new Caller(simulator);
        open.add(simulator);
        open.add(hook);
        assertThat(simulator.whatsApp().subscribe(hook.url())).isTrue();
    }

    private Caller.Answer send(String to) throws Exception {
        return caller.send(Caller.template(to, "k"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7 | {'messaging_product':'whatsapp','to':'+33612345678','type':'text','text':{'body':'x','boddy':'y'}}",
                "8 | {'messaging_product':'whatsapp','to':'+33612345678','type':'text','text':{}}",
                "9 | {'messaging_product':'sms','to':'+33612345678'}"
            })
    void behaviour2WhichErrorADefectIsCanBeSet(int code, String body) throws Exception {
        start(new Rules(null, false, null, null, null, new Rules.Codes(7, 8, 9)));

        assertThat(caller.send(body.replace('\'', '"')).code()).isEqualTo(code);
    }

    @Test
    void behaviour12BadQualityPausesThreeHoursThenSixThenDisables() throws Exception {
        start(NONE);
        TemplateBook book = simulator.whatsApp().templates();

        book.badQuality("flood", "fr");
        assertThat(send(TO).code()).isEqualTo(132015);
        simulator.advance(Duration.ofHours(3));
        await().until(() -> send(TO).status() == 200);

        book.badQuality("flood", "fr");
        simulator.advance(Duration.ofHours(5));
        assertThat(send(TO).code()).isEqualTo(132015);
        simulator.advance(Duration.ofHours(1));
        await().until(() -> send(TO).status() == 200);

        book.badQuality("flood", "fr");
        simulator.advance(Duration.ofDays(300));
        assertThat(send(TO).code()).isEqualTo(132016);
        await().until(() -> notices().size() == 5);
        assertThat(notices())
                .extracting(notice -> notice.path("event").asText())
                .containsExactlyInAnyOrder("PAUSED", "REINSTATED", "PAUSED", "REINSTATED", "DISABLED");
    }

    private List<JsonNode> notices() {
        return hook.changes().stream().filter(value -> value.has("event")).toList();
    }

    @Test
    void behaviour13WhatIsPacedIsHeldAndReleasedInBatches() throws Exception {
        start(new Rules(null, false, null, new Rules.Pacing(1, 1, Duration.ofMinutes(10), false), null, null));

        assertThat(send(TO).messageStatus()).isEqualTo("accepted");
        Caller.Answer second = send(ANOTHER);
        Caller.Answer third = send("+33600000003");
        assertThat(second.messageStatus()).isEqualTo("held_for_quality_assessment");
        assertThat(third.messageStatus()).isEqualTo("held_for_quality_assessment");

        simulator.advance(Duration.ofMinutes(11));
        await().until(() -> hook.statusesOf(second.wamid()).size() == 3);
        assertThat(hook.statusesOf(third.wamid())).isEmpty();
        simulator.advance(Duration.ofMinutes(10));
        await().until(() -> hook.statusesOf(third.wamid()).size() == 3);
    }

    @Test
    void behaviour13OrAllThatIsHeldIsDropped() throws Exception {
        start(new Rules(null, false, null, new Rules.Pacing(0, 1, Duration.ofMinutes(10), true), null, null));

        Caller.Answer held = send(TO);
        assertThat(held.messageStatus()).isEqualTo("held_for_quality_assessment");
        simulator.advance(Duration.ofMinutes(10));

        await().until(() -> hook.statusesOf(held.wamid()).equals(List.of("failed")));
        assertThat(hook.statuses().get(0).at("/errors/0/code").asInt()).isEqualTo(135000);
        assertThat(simulator.whatsApp().journal().onPhone()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"false, sent", "true, sent failed"})
    void behaviour14APhoneThatIsOffForTooLongNeverGetsIt(boolean told, String statuses) throws Exception {
        start(new Rules(null, false, null, null, new Rules.Expiry(null, told, null), null));
        simulator.whatsApp().templates().ttl("flood", "fr", Duration.ofMinutes(30));
        simulator.whatsApp().fault(TO, new Fault.Offline(Duration.ofHours(1)));
        simulator.whatsApp().fault(ANOTHER, new Fault.Offline(Duration.ofMinutes(20)));

        String lost = send(TO).wamid();
        String late = send(ANOTHER).wamid();
        simulator.advance(Duration.ofHours(2));

        await().until(() -> hook.statusesOf(late).size() == 3
                && String.join(" ", hook.statusesOf(lost)).equals(statuses));
        assertThat(simulator.whatsApp().journal().onPhoneOf(TO)).isEmpty();
        assertThat(simulator.whatsApp().journal().onPhoneOf(ANOTHER)).hasSize(1);
    }

    @Test
    void behaviour15MoreThanTheNumberMaySendIsRefusedUntilItIsUpgraded() throws Exception {
        start(new Rules(new Rules.Throughput(2, 400, 1000, Duration.ofSeconds(60)), false, null, null, null, null));
        List<Integer> codes = new ArrayList<>();
        for (int n = 0; n < 20; n++) {
            codes.add(send("+3361234567" + n % 10).code());
        }
        assertThat(codes).contains(0, 130429);

        simulator.whatsApp().upgradeThroughput();
        assertThat(send(TO).code()).isEqualTo(131057);
        simulator.advance(Duration.ofSeconds(61));
        for (int n = 0; n < 20; n++) {
            assertThat(send("+3361234567" + n % 10).status()).isEqualTo(200);
        }
        await().until(() -> notices().size() == 1);
        assertThat(notices().get(0).path("event").asText()).isEqualTo("THROUGHPUT_UPGRADE");
    }

    /** In and out share what there is; what people send is taken all the same. */
    @Test
    void behaviour15WhatPeopleSendCountsToo() throws Exception {
        start(new Rules(new Rules.Throughput(1, 400, null, null), false, null, null, null, null));
        AtomicInteger said = new AtomicInteger();

        // One message by itself in such a time is never too much.
        await().pollInterval(Duration.ofMillis(1_500)).pollDelay(Duration.ZERO).until(() -> {
            simulator.whatsApp().text(ANOTHER, "hello " + said.incrementAndGet(), null);
            return send(TO).code() == 130429;
        });
        await().until(() -> hook.messages().size() == said.get());
        simulator.advance(Duration.ofSeconds(1));
        assertThat(send(TO).status()).isEqualTo(200);
    }

    @Test
    void behaviour16FortyFiveInSixSecondsAndNoMore() throws Exception {
        start(new Rules(null, true, null, null, null, null));
        for (int n = 0; n < 45; n++) {
            assertThat(send(TO).status()).as("message %d", n + 1).isEqualTo(200);
        }
        assertThat(send(TO).code()).isEqualTo(131056);
        assertThat(send(ANOTHER).status()).isEqualTo(200);

        simulator.advance(Duration.ofSeconds(45 * 6 - 10));
        assertThat(send(TO).code()).isEqualTo(131056);
        simulator.advance(Duration.ofSeconds(10));
        assertThat(send(TO).status()).isEqualTo(200);
    }

    @Test
    void behaviour16ABurstToOnePersonMustBeRepaid() throws Exception {
        start(new Rules(null, true, null, null, null, null));
        for (int n = 0; n < 20; n++) {
            assertThat(send(TO).status()).isEqualTo(200);
        }
        simulator.advance(Duration.ofSeconds(100));
        assertThat(send(TO).code()).isEqualTo(131056);
        assertThat(send(ANOTHER).status()).isEqualTo(200);

        simulator.advance(Duration.ofSeconds(20));
        assertThat(send(TO).status()).isEqualTo(200);
    }

    /** Which code it is, Meta does not say. */
    @ParameterizedTest
    @CsvSource({", 131048", "131064, 131064"})
    void behaviour17ThePortfolioReachesSoManyPeopleADay(Integer set, int code) throws Exception {
        start(new Rules(null, false, new Rules.Portfolio(1, set), null, null, null));

        assertThat(send(TO).status()).isEqualTo(200);
        assertThat(send(TO).status()).isEqualTo(200);
        assertThat(send(ANOTHER).code()).isEqualTo(code);
        simulator.whatsApp().text(ANOTHER, "hello", null);
        assertThat(send(ANOTHER).status()).isEqualTo(200);

        simulator.whatsApp().closeWindow(ANOTHER);
        simulator.advance(Duration.ofHours(24));
        assertThat(send(ANOTHER).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "image",
                "video",
                "audio",
                "document",
                "sticker",
                "location",
                "contacts",
                "reaction",
                "list_reply",
                "order",
                "system",
                "unsupported"
            })
    void behaviour22PeopleSendEveryType(String type) throws Exception {
        start(NONE);

        caller.control("POST", "/inbound", "{\"from\":\"%s\",\"type\":\"%s\"}".formatted(TO, type));

        await().until(() -> hook.messages().size() == 1);
        JsonNode message = hook.messages().get(0);
        assertThat(message.path("type").asText()).isEqualTo(type.equals("list_reply") ? "interactive" : type);
        assertThat(message.path("from").asText()).isEqualTo("33612345678");
        assertThat(message.path("id").asText()).startsWith("wamid.");
        if (type.equals("unsupported")) {
            assertThat(message.at("/errors/0/code").asInt()).isEqualTo(131051);
        }
    }

    @ParameterizedTest
    @CsvSource({"PHONE, true, true", "USER_ID_ONLY, false, false", "USER_ID_AS_PHONE, true, true"})
    void behaviour22APersonMayHideTheNumber(Shown shown, boolean from, boolean waId) throws Exception {
        start(NONE);

        caller.control("POST", "/inbound", "{\"from\":\"%s\",\"shown\":\"%s\"}".formatted(TO, shown));

        await().until(() -> hook.messages().size() == 1);
        JsonNode message = hook.messages().get(0);
        JsonNode contact = hook.changes().get(0).at("/contacts/0");
        assertThat(message.path("from_user_id").asText()).startsWith("US.");
        assertThat(message.has("from")).isEqualTo(from);
        assertThat(contact.has("wa_id")).isEqualTo(waId);
        assertThat(contact.path("user_id").asText()).startsWith("US.");
        if (shown != Shown.PHONE) {
            assertThat(hook.posts.get(0).text()).doesNotContain("33612345678");
        }
    }

    @ParameterizedTest
    @CsvSource({"131042, BLOCKED", "131031, BLOCKED", "133010, BLOCKED", "131057, LIMITED", "131016, AVAILABLE"})
    void behaviour23TheHealthOfTheNumberFollowsTheFaultsOfTheAccount(int code, String health) throws Exception {
        start(NONE);
        simulator.whatsApp().faultForAll(Fault.refused(code));

        JsonNode answer = caller.call(
                        "GET", "/v25.0/106540352242922?fields=health_status", "Bearer simulated-access-token", null)
                .json();
        assertThat(answer.at("/health_status/can_send_message").asText()).isEqualTo(health);
    }

    @Test
    void behaviour25UsageIsToldAndRetryAfterOnlyWhereTheFaultAsksForIt() throws Exception {
        start(NONE);

        assertThat(headers().map().keySet())
                .contains("x-business-use-case-usage")
                .doesNotContain("retry-after");
        simulator.whatsApp().fault(TO, Fault.refused(130429));
        assertThat(headers().firstValue("x-business-use-case-usage").orElse(""))
                .contains("\"estimated_time_to_regain_access\":1");
        assertThat(headers().firstValue("retry-after")).isEmpty();
        simulator.whatsApp().fault(TO, new Fault.Refused(130429, 429, 7));
        assertThat(headers().firstValue("retry-after")).contains("7");
    }

    private HttpHeaders headers() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(simulator.whatsApp().baseUrl() + "/v25.0/106540352242922/messages"))
                .header("Authorization", "Bearer simulated-access-token")
                .POST(HttpRequest.BodyPublishers.ofString(Caller.template(TO, "k")))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .headers();
    }

    @Test
    void behaviour26TheHistoryOfAMessageIsAnsweredFromTheJournal() throws Exception {
        start(NONE);
        simulator.whatsApp().fault(ANOTHER, Fault.notOnWhatsApp());
        String read = send(TO).wamid();
        String failed = send(ANOTHER).wamid();
        simulator.advance(Duration.ofSeconds(1));

        assertThat(history(read)).containsExactly("SENT", "DELIVERED");
        assertThat(history(failed)).containsExactly("FAILED");
        simulator.advance(Duration.ofSeconds(10));
        assertThat(history(read)).containsExactly("SENT", "DELIVERED", "READ");
        assertThat(history("wamid.unknown")).isEmpty();
    }

    private List<String> history(String wamid) throws Exception {
        JsonNode answer = caller.call(
                        "GET",
                        "/v25.0/106540352242922/message_history?message_id="
                                + URLEncoder.encode(wamid, StandardCharsets.UTF_8),
                        "Bearer simulated-access-token",
                        null)
                .json();
        List<String> statuses = new ArrayList<>();
        answer.at("/data/0/events/data")
                .forEach(event -> statuses.add(event.path("delivery_status").asText()));
        return statuses;
    }

    @Test
    void aTemplateThatIsPausedBetweenTwoMessagesRefusesTheSecond() throws Exception {
        start(NONE);
        assertThat(send(TO).status()).isEqualTo(200);

        simulator.whatsApp().templates().set("flood", "fr", Status.PAUSED);

        assertThat(send(TO).code()).isEqualTo(132015);
    }
}
