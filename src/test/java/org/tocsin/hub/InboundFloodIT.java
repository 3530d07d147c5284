package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/**
 * Two thousand people ask while an alert goes out. None of the questions can be worked on meanwhile, and the alert does not
 * notice: its messages, their receipts and the answers to it pass by; and each question is kept.
 */
class InboundFloodIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int QUESTIONS = 2_000;
    private static final int PEOPLE = 30;
    /** Messages a second: what the alert has to itself. */
    private static final int RATE = 20;

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.start(SimulatorSettings.defaults(), "--tocsin.whatsapp.messages-per-second=" + RATE);
        // Whoever is done with what people wrote waits, in the transaction, for as long as a test holds the lock.
        hub.jdbc().execute("""
                create function hold_up() returns trigger language plpgsql as
                $$ begin perform pg_advisory_xact_lock(4711); return old; end $$""");
        hub.jdbc().execute("""
                create trigger hold_up before delete on inbox for each row when (old.from_people)
                execute function hold_up()""");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void questionsTakeNothingFromAnAlertAndAreAllKept() throws Exception {
        List<Person> people =
                IntStream.range(0, PEOPLE).mapToObj(n -> Person.of(hub)).toList();
        try (Connection connection = hub.context.getBean(DataSource.class).getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock(4711)");
            for (int n = 0; n < QUESTIONS; n++) {
                hub.simulator.whatsApp().text("+33699%06d".formatted(n), "Is the school open? " + n, null);
            }
            await().atMost(LONG).until(() -> waiting() > 0);
            long before = System.nanoTime();
            post(people);
            await().atMost(LONG).until(() -> people.stream().allMatch(person -> person.whatsAppsOnPhone() == 1));
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .as("its own rate is all that it waits for, on a loaded machine")
                    .isLessThan(Duration.ofSeconds(PEOPLE / RATE + 20));
            await().atMost(LONG).untilAsserted(() -> assertThat(in("DELIVERED") + in("READ"))
                    .as("receipts pass the questions")
                    .isEqualTo(PEOPLE));
            Person answers = people.get(0);
            hub.simulator
                    .whatsApp()
                    .tapButton(
                            answers.phone(), answers.whatsApp().get(0).buttons().get(0), "I am safe");
            await().atMost(LONG).until(() -> in("ACKNOWLEDGED") == 1);
            assertThat(waiting()).as("no question was worked on").isPositive();
            assertThat(count("select count(*) from inbound_seen")).isEqualTo(1);
            connection.rollback();
        }
        await().atMost(LONG).until(() -> count("select count(*) from inbound_seen") == QUESTIONS + 1);
        await().atMost(LONG).until(() -> waiting() == 0);
        assertThat(count("select count(*) from attempt_order"))
                .as("nothing is sent in answer, and nobody got anything twice")
                .isEqualTo(PEOPLE);
        assertThat(hub.simulator.whatsApp().journal().attempts()).isEqualTo(PEOPLE);
    }

    private static void post(List<Person> people) {
        var answer = hub.postAlert(
                Cap.alert("Patience", people.stream().map(Person::id).toArray(String[]::new)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static long waiting() {
        return count("select count(*) from inbox where from_people");
    }

    private static long in(String state) {
        return count("select count(*) from recipient where state = '" + state + "'");
    }

    private static long count(String sql) {
        return hub.jdbc().queryForObject(sql, Long.class);
    }
}
