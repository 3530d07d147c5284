package org.tocsin.intake.cap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.accept.IntakeBench.Cap;

/** What says Actual and means it not, whole and in parts, and what such a one may do to others: nothing. */
class ContradictoryMarksTest {
    private static final String A_TEST = "headline or event says that it is a test";
    private static final IntakeBench bench = new IntakeBench();

    @AfterAll
    static void close() {
        bench.close();
    }

    private final String name = UUID.randomUUID().toString();
    private final Cap alert = Cap.alert(name);

    private static Accepted accepted(Cap cap) throws Exception {
        return accepted(cap.json(), Map.of());
    }

    private static Accepted accepted(String json, Map<String, String> attributes) throws Exception {
        Submission submission = IntakeBench.submission(Cap.alert("x"));
        return (Accepted) bench.intake.accept(new Submission(
                submission.source(),
                submission.format(),
                json.getBytes(StandardCharsets.UTF_8),
                attributes,
                IntakeBench.TRIGGER,
                null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"THIS IS A TEST", "Exercise: all over"})
    void aCancelInTheWordsOfATestTakesNothingBackBeforeAPersonHasLooked(String headline) throws Exception {
        Accepted original = accepted(alert);

        Accepted cancel = accepted(alert.cancel("c" + name).with("headline", headline));

        assertThat(cancel.state()).isEqualTo(AlertState.HELD);
        assertThat(cancel.reason())
                .contains(A_TEST, "It would cancel alert " + original.id() + ": cancel that by hand.");
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
        assertThat(bench.count("duty_notice where kind = 'held' and alert_id = " + cancel.id()))
                .isEqualTo(1);
        assertThat(accepted(alert.cancel("d" + name)).state()).isEqualTo(AlertState.PLANNING);
        assertThat(bench.state(original.id())).isEqualTo("CANCELLED");
    }

    @Test
    void aCancelInTheWordsOfATestThatComesFirstStopsNothing() throws Exception {
        assertThat(accepted(alert.cancel("c" + name).with("event", "DRILL")).state())
                .isEqualTo(AlertState.HELD);

        assertThat(accepted(alert).state()).isEqualTo(AlertState.PLANNING);
    }

    @Test
    void whatSaidThatItIsATestIsTakenBackInItsOwnWordsAndNothingElseWithIt() throws Exception {
        Cap test = alert.with("headline", "THIS IS A TEST");
        Cap real = Cap.alert("r" + name);
        Accepted held = accepted(test);
        Accepted flood = accepted(real);

        Cap both = test.cancel("b" + name)
                .with(
                        "references",
                        test.cancel("").references() + " " + real.cancel("").references());
        assertThat(accepted(both).state()).isEqualTo(AlertState.HELD);
        assertThat(bench.state(held.id())).isEqualTo("HELD");
        assertThat(bench.state(flood.id())).isEqualTo("PLANNING");

        assertThat(accepted(test.cancel("c" + name)).state()).isEqualTo(AlertState.RECORDED);
        assertThat(bench.state(held.id())).isEqualTo("CANCELLED");
    }

    /** As a feed does with more new entries than {@code hold-above}. */
    @Test
    void aCancelThatItsSourceDoubtsTakesNothingBack() throws Exception {
        Accepted original = accepted(alert);

        Accepted cancel = accepted(alert.cancel("c" + name).json(), Map.of(Submission.HOLD, "It is one of very many."));

        assertThat(cancel.state()).isEqualTo(AlertState.HELD);
        assertThat(cancel.reason()).contains("It is one of very many.");
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Alert", "Update"})
    void whatIsATestInOneOfItsPlacesIsHeldInAll(String type) throws Exception {
        Accepted original = accepted(alert);
        Cap cap = (type.equals("Alert") ? alert : alert.update("x")).with("identifier", "p" + name);

        Accepted first = accepted(withSecondInfo(cap, "en-US", "THIS IS A TEST"), Map.of());

        assertThat(first.reason()).contains(A_TEST);
        assertThat(bench.count("alert where state = 'HELD' and reason like '%" + A_TEST + "%' and identifier like 'p"
                        + name + "%'"))
                .as("both parts")
                .isEqualTo(2);
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Alert", "Update"})
    void whatIsATestInItsSecondLanguageIsHeld(String type) throws Exception {
        Accepted original = accepted(alert);
        Cap cap = (type.equals("Alert") ? alert : alert.update("x")).with("identifier", "l" + name);

        Accepted held = accepted(withSecondInfo(cap, "de", "PROBEALARM"), Map.of());

        assertThat(held.state()).isEqualTo(AlertState.HELD);
        assertThat(held.reason()).contains(A_TEST);
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
    }

    @Test
    void anAllClearInTheWordsOfATestDoesNotEndWhatWaits() throws Exception {
        Accepted held = accepted(alert.with("addresses", "nobody-here"));
        String allClear = alert.update("u" + name)
                .with("headline", "THIS IS A TEST")
                .json()
                .replace("\"category\"", "\"responseType\": [\"AllClear\"], \"category\"");

        Accepted update = accepted(allClear, Map.of());

        assertThat(update.state()).isEqualTo(AlertState.HELD);
        assertThat(bench.state(held.id())).isEqualTo("HELD");
    }

    /** In English without a language of its own: the second info is another place, or another language. */
    private static String withSecondInfo(Cap cap, String language, String headline) {
        String json = cap.json();
        String first = json.substring(json.indexOf("{\"category\""), json.lastIndexOf(']'));
        String second =
                first.replace("{", "{\"language\": \"" + language + "\", ").replace("Water rises", headline);
        return json.replace(first, first + ", " + second);
    }
}
