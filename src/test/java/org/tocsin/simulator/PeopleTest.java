package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people send by WhatsApp, and the window that it opens. */
class PeopleTest {
    private static final String TO = "+33612345678";
    private static final String TEXT = "{\"messaging_product\":\"whatsapp\",\"to\":\"" + TO
            + "\",\"type\":\"text\",\"text\":{\"body\":\"hello\"}}";
    private static final String BUTTONS = "{\"messaging_product\":\"whatsapp\",\"to\":\"" + TO
            + "\",\"type\":\"interactive\",\"interactive\":{\"type\":\"button\",\"body\":{\"text\":\"Safe?\"},"
            + "\"action\":{\"buttons\":[{\"type\":\"reply\",\"reply\":{\"id\":\"safe\",\"title\":\"Yes\"}}]}}}";

    private Hook hook;
    private Simulator simulator;
    private Caller caller;

    @BeforeEach
    void start() throws Exception {
        hook = new Hook("simulated-verify-token");
        simulator = start(SimulatorSettings.defaults());
        caller = new Caller(simulator);
    }

    private Simulator start(SimulatorSettings settings) {
        Simulator started = Simulator.start(
                settings.withReceiptDelays(Duration.ofMillis(10), Duration.ofMillis(30), Duration.ofMillis(60)));
        assertThat(started.whatsApp().subscribe(hook.url())).isTrue();
        return started;
    }

    @AfterEach
    void stop() {
        simulator.close();
        hook.close();
    }

    @Test
    void aTapOnATemplateIsAButtonWithOurWamidAsContext() throws Exception {
        String wamid = caller.send(Caller.template(TO, "key-1")).wamid();

        String tap = simulator.whatsApp().tapButton(TO, "ANSWER:key-1", "I am safe");

        await().until(() -> hook.messages().size() == 1);
        JsonNode message = hook.messages().get(0);
        assertThat(message.path("id").asText()).isEqualTo(tap);
        assertThat(message.path("type").asText()).isEqualTo("button");
        assertThat(message.path("from").asText()).isEqualTo("33612345678");
        assertThat(message.path("from_user_id").asText()).startsWith("US.");
        assertThat(message.at("/button/payload").asText()).isEqualTo("ANSWER:key-1");
        assertThat(message.at("/button/text").asText()).isEqualTo("I am safe");
        assertThat(message.at("/context/id").asText()).isEqualTo(wamid);
        JsonNode value = hook.changes().stream()
                .filter(change -> change.has("messages"))
                .findFirst()
                .orElseThrow();
        assertThat(value.at("/contacts/0/wa_id").asText()).isEqualTo("33612345678");
    }

    @Test
    void aTapOnAReplyButtonIsInteractive() throws Exception {
        caller.send(BUTTONS);
        simulator.whatsApp().tapButton(TO, "safe", "Yes");

        await().until(() -> hook.messages().size() == 1);
        JsonNode reply = hook.messages().get(0).at("/interactive/button_reply");
        assertThat(reply.toString()).isEqualTo("{\"id\":\"safe\",\"title\":\"Yes\"}");
    }

    @Test
    void nobodyCanTapOnAMessageThatNeverCame() throws Exception {
        assertThatThrownBy(() -> simulator.whatsApp().tapButton(TO, "x", "y"))
                .isInstanceOf(IllegalStateException.class)
                .message()
                .doesNotContain(TO);

        simulator.whatsApp().fault(TO, Fault.refused(131026));
        caller.send(Caller.template(TO, "k"));
        assertThatThrownBy(() -> simulator.whatsApp().tapButton(TO, "x", "y"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTextMayAnswerAMessageOrNone() {
        simulator.whatsApp().text(TO, "where?", "wamid.1");
        simulator.whatsApp().text(TO, "STOP", null);

        await().until(() -> hook.messages().size() == 2);
        assertThat(hook.messages().get(0).at("/context/id").asText()).isEqualTo("wamid.1");
        assertThat(hook.messages().get(1).has("context")).isFalse();
    }

    @Test
    void freeTextFailsOutsideTheWindowThatAMessageOpens() throws Exception {
        String closed = caller.send(TEXT).wamid();
        await().until(() -> hook.statusesOf(closed).equals(List.of("failed")));
        assertThat(hook.statuses().get(0).at("/errors/0/code").asInt()).isEqualTo(131047);
        assertThat(simulator.whatsApp().journal().onPhoneOf(TO)).isEmpty();

        simulator.whatsApp().text(TO, "hello", null);
        String open = caller.send(TEXT).wamid();
        await().until(() -> hook.statusesOf(open).size() == 3);

        simulator.whatsApp().closeWindow(TO);
        String closedAgain = caller.send(TEXT).wamid();
        await().until(() -> hook.statusesOf(closedAgain).equals(List.of("failed")));
    }

    @Test
    void aClosedWindowMayAlsoBeRefusedAtOnce() throws Exception {
        try (Simulator strict = start(SimulatorSettings.defaults().withRefuseClosedWindowAtOnce(true))) {
            assertThat(new Caller(strict).send(TEXT).code()).isEqualTo(131047);
            assertThat(strict.whatsApp().journal().accepted()).isZero();
        }
    }

    @Test
    void peopleAnswerByThemselves() throws Exception {
        try (Simulator lively = start(SimulatorSettings.defaults().withAutoAnswer(1, Duration.ofMillis(20), "OK"))) {
            Caller other = new Caller(lively);
            String wamid = other.send(Caller.template(TO, "key-9")).wamid();

            await().until(() -> hook.messages().size() == 1);
            assertThat(hook.messages().get(0).at("/button/payload").asText()).isEqualTo("ANSWER:key-9");
            assertThat(hook.messages().get(0).at("/context/id").asText()).isEqualTo(wamid);
        }
    }

    @Test
    void whoAnswersMayBeDecidedByAFunction() throws Exception {
        simulator
                .whatsApp()
                .autoAnswer(sent -> sent.to().endsWith("8") ? Optional.of(Duration.ZERO) : Optional.empty());
        String other = caller.send(Caller.template("+33612345679", "silent")).wamid();
        caller.send(Caller.template(TO, "lively"));

        await().until(() ->
                hook.messages().size() == 1 && hook.statusesOf(other).size() == 3);
        assertThat(hook.messages().get(0).at("/button/payload").asText()).isEqualTo("ANSWER:lively");
    }
}
