package org.tocsin.intake.accept;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.Submission;
import org.tocsin.intake.accept.IntakeBench.Cap;

/** What would become of an alert, without anything of it. */
class RehearsalTest {
    private static final IntakeBench bench = new IntakeBench();

    @AfterAll
    static void close() {
        bench.close();
    }

    private final Cap alert = Cap.alert("r-" + UUID.randomUUID());

    /** Of every table, sequences not. */
    private static Map<String, Long> rows() {
        Map<String, Long> rows = new TreeMap<>();
        bench.jdbc()
                .sql("select table_name from information_schema.tables"
                        + " where table_schema = 'public' and table_type = 'BASE TABLE'")
                .query(String.class)
                .list()
                .forEach(table -> rows.put(table, bench.count(table)));
        return rows;
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', textBlock = """
            headline  | Water rises
            headline  | THIS IS A TEST
            status    | Test
            addresses | nobody-here
            addresses | flood-zone-a mars
            expires   | 2026-01-01T00:00:00+00:00
            msgType   | Update
            """)
    void isTheSameAsWhatBecomesOfItAndLeavesNothing(String what, String value) throws Exception {
        Cap cap = alert.with(what, value);
        Map<String, Long> before = rows();

        Rehearsed rehearsed = bench.intake.rehearse(IntakeBench.submission(cap));

        assertThat(rows()).isEqualTo(before);
        IntakeResult.Accepted would = (IntakeResult.Accepted) rehearsed.result();
        IntakeResult.Accepted did = (IntakeResult.Accepted) bench.send(cap);
        assertThat(would.state()).isEqualTo(did.state());
        assertThat(would.reason()).isEqualTo(did.reason());
        assertThat(rehearsed.alerts()).singleElement().satisfies(part -> {
            assertThat(part.state()).isEqualTo(did.state());
            assertThat(part.reason()).isEqualTo(did.reason());
            Map<String, Object> row = bench.jdbc()
                    .sql("select audience, message, ladder, lane from alert where id = ?")
                    .param(did.id())
                    .query()
                    .singleRow();
            assertThat(part.audience()).isEqualTo(row.get("audience"));
            assertThat(part.ladder()).isEqualTo(row.get("ladder"));
            assertThat(part.message() == null).isEqualTo(row.get("message") == null);
            assertThat(part.lane()).isEqualTo(row.get("lane"));
        });
    }

    @Test
    void whatIsHereAlreadyOrMayNotBeSaidMakesNoAlert() throws Exception {
        IntakeResult.Accepted first = (IntakeResult.Accepted) bench.send(alert);
        Map<String, Long> before = rows();

        assertThat(bench.intake.rehearse(IntakeBench.submission(alert)))
                .extracting(Rehearsed::result)
                .isEqualTo(new IntakeResult.Duplicate(
                        first.id(), first.identifier(), org.tocsin.intake.AlertState.PLANNING));
        assertThat(bench.intake
                        .rehearse(IntakeBench.submission(alert.with("headline", "Other")))
                        .result())
                .isInstanceOf(IntakeResult.Conflict.class);
        assertThat(bench.intake
                        .rehearse(IntakeBench.submission(
                                Submission.API, alert, IntakeBench.speakingFor("bound@example\\.org")))
                        .result())
                .isInstanceOf(IntakeResult.NotAllowed.class);
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void aCancelAndAnUpdateChangeNothingOfTheAlertThatTheyName() throws Exception {
        IntakeResult.Accepted first = (IntakeResult.Accepted) bench.send(alert);
        Map<String, Long> before = rows();

        Rehearsed cancel = bench.intake.rehearse(IntakeBench.submission(alert.cancel("c-" + UUID.randomUUID())));
        Rehearsed update = bench.intake.rehearse(
                IntakeBench.submission(alert.update("u-" + UUID.randomUUID()).with("headline", "Water falls")));

        assertThat(rows()).isEqualTo(before);
        assertThat(bench.state(first.id())).isEqualTo("PLANNING");
        assertThat(cancel.result()).isInstanceOf(IntakeResult.Accepted.class);
        assertThat(update.alerts()).singleElement().satisfies(part -> assertThat(part.follows())
                .containsExactly(first.id()));
    }
}
