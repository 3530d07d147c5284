package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {
    private static final Path BAD_DAY = Path.of("config", "scenarios", "bad-day.yaml");
    private static final String HEALTHY = "+33199001017";

    private final List<AutoCloseable> open = new ArrayList<>();
    private int person = 10_000_000;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private Simulator start(Scenario scenario) {
        Simulator simulator = Scenario.start(scenario, SimulatorSettings.defaults());
        open.add(simulator);
        return simulator;
    }

    @Test
    void theExampleIsLivedThroughAsItSays() throws Exception {
        Simulator simulator = start(Scenario.load(BAD_DAY));
        Caller caller = new Caller(simulator);
        Hook hook = new Hook("simulated-verify-token");
        open.add(hook);
        simulator.whatsApp().subscribe(hook.url());
        assertThat(simulator.settings().latency()).isEqualTo(Duration.ofMillis(20));
        assertThat(simulator.assumptions()).anyMatch(said -> said.startsWith("80 messages a second"));

        String absent = caller.send(Caller.template("+33199001003", "k")).wamid();
        await().until(() -> hook.statusesOf(absent).equals(List.of("failed")));
        assertThat(caller.send(Caller.template(HEALTHY, "k")).status()).isEqualTo(200);

        simulator.advance(Duration.ofSeconds(11));
        await().until(() -> statuses(caller, 20).containsAll(List.of(503, 200)));
        simulator.advance(Duration.ofSeconds(54));
        await().until(() -> simulator.whatsApp().faults().draw(HEALTHY).isEmpty()
                && statuses(caller, 5).stream().allMatch(status -> status == 200));

        int before = hook.posts.size();
        simulator.advance(Duration.ofSeconds(20));
        await().until(() -> simulator.whatsApp().webhookCounts()[3] >= 2);
        assertThat(hook.posts).hasSize(before);
        simulator.advance(Duration.ofMinutes(2));
        await().until(() -> hook.messages().stream()
                .anyMatch(message -> message.at("/text/body").asText().startsWith("Where")));

        simulator.advance(Duration.ofSeconds(40));
        await().until(() -> caller.send(Caller.template(HEALTHY, "k")).code() == 190);
        simulator.advance(Duration.ofSeconds(80));
        await().until(() -> caller.send(Caller.template(HEALTHY, "k")).code() == 132015);
        simulator.advance(Duration.ofMinutes(4));
        await().until(() -> caller.send(Caller.text(HEALTHY)).code() == 131057);
    }

    /** Of one message to each of the next people: nobody gets two, so that no pair limit counts. */
    private List<Integer> statuses(Caller caller, int messages) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (int n = 0; n < messages; n++) {
            statuses.add(caller.send(Caller.template("+336" + person++, "k")).status());
        }
        return statuses;
    }

    @Test
    void theSameSeedMeansTheSamePeople() throws Exception {
        String yaml = "seed: 3\npeople: [{to: '+336*', share: 0.5, fault: refused, code: 131016}]";
        List<Integer> once = statuses(new Caller(start(Scenario.parse(yaml))), 30);
        person -= 30;
        List<Integer> again = statuses(new Caller(start(Scenario.parse(yaml))), 30);
        person -= 30;
        List<Integer> other = statuses(new Caller(start(Scenario.parse(yaml.replace("3\n", "4\n")))), 30);

        assertThat(once).contains(200, 500).isEqualTo(again).isNotEqualTo(other);
    }

    @Test
    void aFaultOfSomeNumbersEndsByItselfAndSparesWhoIsSaidToBeHealthy() throws Exception {
        Simulator simulator = start(Scenario.parse("""
                people: [{to: "+33612345678", fault: healthy}]
                timeline: [{for: 1h, to: "+336*", fault: refused, code: 131000}]"""));
        Caller caller = new Caller(simulator);

        assertThat(caller.send(Caller.template("+33600000001", "k")).code()).isEqualTo(131000);
        assertThat(caller.send(Caller.template("+33612345678", "k")).status()).isEqualTo(200);
        assertThat(caller.send(Caller.template("+33700000001", "k")).status()).isEqualTo(200);
        simulator.advance(Duration.ofHours(1));
        await().until(() -> caller.send(Caller.template("+33600000001", "k")).status() == 200);
    }

    @Test
    void aFaultOfOneBusinessNumberEndsByItselfAndMayConcernSomeOfItsPeople() throws Exception {
        Scenario scenario = Scenario.parse("""
                seed: 5
                timeline:
                  - {at: 10s, for: 1m, number: "102", fault: refused, code: 131031}
                  - {at: 10m, for: 1m, number: "102", share: 0.5, fault: refused, code: 131000}""");
        Simulator simulator =
                Scenario.start(scenario, SimulatorSettings.defaults().withPhoneNumberId("101", "102"));
        open.add(simulator);
        Caller caller = new Caller(simulator);
        assertThat(codes(caller, "102", 1)).containsExactly(0);

        simulator.advance(Duration.ofSeconds(11));
        await().until(() -> codes(caller, "102", 1).equals(List.of(131031)));
        assertThat(codes(caller, "101", 1)).containsExactly(0);
        assertThat(canSend(caller, "102")).isEqualTo("BLOCKED");
        assertThat(canSend(caller, "101")).isEqualTo("AVAILABLE");

        simulator.advance(Duration.ofMinutes(1));
        await().until(() -> codes(caller, "102", 1).equals(List.of(0)));
        assertThat(canSend(caller, "102")).isEqualTo("AVAILABLE");

        simulator.advance(Duration.ofMinutes(9));
        await().until(() -> codes(caller, "102", 30).contains(131000));
        assertThat(codes(caller, "102", 30)).contains(0, 131000);
        assertThat(codes(caller, "101", 30)).containsOnly(0);
        simulator.advance(Duration.ofMinutes(1));
        await().until(() -> codes(caller, "102", 30).stream().allMatch(code -> code == 0));
    }

    private List<Integer> codes(Caller caller, String number, int messages) throws Exception {
        List<Integer> codes = new ArrayList<>();
        for (int n = 0; n < messages; n++) {
            codes.add(caller.call(
                            "POST",
                            "/v25.0/" + number + "/messages",
                            "Bearer simulated-access-token",
                            Caller.template("+336" + person++, "k"))
                    .code());
        }
        return codes;
    }

    private static String canSend(Caller caller, String number) throws Exception {
        return caller.call("GET", "/v25.0/" + number + "?fields=health_status", "Bearer simulated-access-token", null)
                .json()
                .at("/health_status/can_send_message")
                .asText();
    }

    @Test
    void smsAndMailFollowTheSameFile() throws Exception {
        Simulator simulator = start(Scenario.parse("""
                timeline:
                  - {for: 1h, channel: sms, to: "+336*", fault: throttled}
                  - {channel: email, to: nobody@example.org, fault: recipient-refused}
                  - {at: 1h, channel: sms, fault: refuse-connections}"""));

        assertThat(simulator.smsc().faults().draw("+33600000001")).containsExactly(SmscFault.throttled());
        assertThat(simulator.smsc().faults().draw("+34600000001")).isEmpty();
        assertThat(simulator.mail().faults().draw("nobody@example.org")).hasSize(1);
        simulator.advance(Duration.ofHours(1));
        await().until(() -> simulator.smsc().faults().draw("+33600000001").isEmpty());
        await().until(() -> refused(simulator.smsc().port()));
    }

    private static boolean refused(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void theControlPlaneTakesOneToo() throws Exception {
        Simulator simulator = start(Scenario.parse("seed: 1"));
        Caller caller = new Caller(simulator);
        String yaml =
                "settings: {portfolio: {people: 1}}\npeople: [{to: '+33600000001', fault: refused, code: 131031}]";

        assertThat(caller.control("POST", "/scenario", yaml).status()).isEqualTo(200);
        assertThat(caller.send(Caller.template("+33600000001", "k")).code()).isEqualTo(131031);
        assertThat(caller.send(Caller.template("+33600000002", "k")).status()).isEqualTo(200);
        assertThat(caller.send(Caller.template("+33600000003", "k")).code()).isEqualTo(131048);
        Caller.Answer late = caller.control("POST", "/scenario", "settings: {latency: 1s}");
        assertThat(late.status()).isEqualTo(400);
        assertThat(late.json().path("error").asText()).contains("belong to its start");
        JsonNode clock =
                caller.control("POST", "/clock", "{\"advance\":\"24h\"}").json();
        assertThat(clock.path("now").asText()).isNotEmpty();
        assertThat(caller.control("POST", "/clock", "{\"advance\":\"soon\"}").status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sed: 1 | the scenario: 'sed' is not known here; known are [people, seed, settings, timeline]",
                "seed: often | seed is a whole number",
                "people: everybody | people is a list",
                "settings: {latencyy: 1s} | settings.latencyy is not known here; known are",
                "settings: {latency: 5} | settings.latency: '5' is not a length of time",
                "settings: {throughput: {per-hour: 1}} | settings.throughput.per-hour is not known here",
                "'people: [{to: x, fault: silent, at: 1s}]' | people, entry 1: expected to and fault, and no at",
                "'timeline: [{at: 1s}]' | timeline, entry 1: expected exactly one of",
                "'timeline: [{fault: silent}, {fault: sulky}]' | timeline, entry 2: no fault 'sulky' on channel whatsapp",
                "'timeline: [{fault: silent, colour: red}]' | timeline, entry 1: 'colour' is not known here",
                "'timeline: [{fault: silent, at: soon}]' | timeline, entry 1: 'soon' is not a length of time",
                "'timeline: [{fault: silent, share: 20}]' | timeline, entry 1: share is a number from 0 to 1",
                "'timeline: [{fault: reset, moment: never}]' | timeline, entry 1: moment is one of",
                "'timeline: [{fault: silent, channel: fax}]' | timeline, entry 1: channel is whatsapp, sms or email",
                "'timeline: [{template: {name: x, language: fr, status: SLEEPY}}]' | timeline, entry 1: status is one of",
                "'timeline: [{fault: webhook-outage, to: \"+33\"}]' | timeline, entry 1: webhook-outage holds for everybody",
                "'a: [' | not YAML"
            })
    void whatIsWrongIsSaidInOneSentence(String yaml, String sentence) {
        assertThatThrownBy(() -> Scenario.parse(yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }
}
