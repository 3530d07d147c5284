package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.Sent;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/**
 * A drill and what is real side by side, as the providers saw them: the drill is for {@code tocsin.intake.players} alone,
 * and each of its texts says what it is.
 */
class ExerciseIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final String SENDER = "tests@example.org";
    private static final String SQUARE = "\"area\":[{\"areaDesc\":\"Square\",\"polygon\":"
            + "[\"60.0,20.0 60.0,20.2 60.2,20.2 60.2,20.0 60.0,20.0\"]}],";

    private final Hub hub = Hub.shared();
    private final String sent = Cap.now();
    private final String exercise = UUID.randomUUID().toString();
    private final String update = UUID.randomUUID().toString();
    private final String real = UUID.randomUUID().toString();

    @Test
    void anExerciseAndItsUpdateAndCancelAreForThePlayersWithTheirMarkAndTouchNothingThatIsReal() {
        Person onWhatsApp = Person.of(hub, "en", "whatsapp", "players;tests", ",");
        Person onSms = Person.of(hub, "fr", "sms", "players", "60.1,20.1");
        Person onMail = Person.of(hub, "en", "email", "players", ",");
        Person inTheArea = Person.of(hub, "en", "whatsapp;sms;email", "tests", "60.1,20.1");
        Person inAnotherGroup = Person.of(hub, "en", "whatsapp;sms;email", "no-players", ",");
        List<Person> players = List.of(onWhatsApp, onSms, onMail);

        String everybody = "players\",\"no-players\",\"" + inTheArea.id();
        post(drill(exercise, "Drill of " + exercise, everybody));
        awaitMessages(1, players);
        long flood = post(alert(real, "Real " + real, onSms.id() + "\",\"" + inAnotherGroup.id()));
        await().atMost(LONG).until(() -> onSms.smsOnPhone() == 2 && inAnotherGroup.whatsAppsOnPhone() == 1);
        post(drill(update, "Drill goes on " + exercise, everybody)
                .replace("\"msgType\":\"Alert\"", "\"msgType\":\"Update\"")
                .replace("\"scope\"", "\"references\":[" + name(exercise) + "],\"scope\""));
        await().atMost(LONG).until(() -> onSms.smsOnPhone() == 3);
        awaitMessages(2, List.of(onWhatsApp, onMail));
        post(exercise(Cap.cancel(SENDER, UUID.randomUUID().toString(), SENDER, update, sent))
                .replace(name(update), name(update) + "," + name(real)));
        await().atMost(LONG).until(() -> onSms.smsOnPhone() == 4);
        awaitMessages(3, List.of(onWhatsApp, onMail));

        await().during(QUIET).atMost(QUIET.plusSeconds(20)).untilAsserted(() -> {
            assertThat(texts(onWhatsApp)).hasSize(3).allMatch(text -> text.startsWith("EXERCISE - "));
            assertThat(onMail.mail()).hasSize(3).allSatisfy(mail -> {
                assertThat(mail.params().get("subject")).startsWith("EXERCISE - ");
                assertThat(mail.text()).startsWith("EXERCISE - ");
                assertThat(mail.params().get("html")).contains("<strong>EXERCISE -</strong>");
            });
            assertThat(texts(onSms)).hasSize(4);
            assertThat(texts(onSms).get(1)).contains("Real " + real).doesNotContain("EXERCI");
            assertThat(texts(onSms))
                    .filteredOn(text -> text.startsWith("EXERCICE - "))
                    .hasSize(3);
            assertThat(texts(inAnotherGroup)).hasSize(1).allMatch(text -> text.contains("Real " + real));
            assertThat(texts(inTheArea)).isEmpty();
            assertThat(everything().filter(message -> message.text().contains(exercise)))
                    .extracting(Sent::to)
                    .containsOnly(onWhatsApp.phone(), onSms.phone(), onMail.email());
        });
        assertThat(hub.jdbc().queryForObject("select state from alert where id = ?", String.class, flood))
                .as("the alert that is real, and which the Cancel names too")
                .isNotIn("CANCELLED", "SUPERSEDED");
    }

    /** For the players, for others and for everybody in the square, with a ladder whose rungs wait for minutes. */
    private String drill(String identifier, String headline, String addresses) {
        return exercise(alert(identifier, headline, addresses))
                .replace("\"Private\"", "\"Public\"")
                .replace("\"headline\"", SQUARE + "\"headline\"");
    }

    private String alert(String identifier, String headline, String addresses) {
        return Cap.from(SENDER, identifier, sent, "Patience", headline, addresses);
    }

    private static String exercise(String cap) {
        return cap.replace("\"status\":\"Actual\"", "\"status\":\"Exercise\"");
    }

    private String name(String identifier) {
        return "\"%s,%s,%s\"".formatted(SENDER, identifier, sent);
    }

    private long post(String cap) {
        var answer = hub.postAlert(cap);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        try {
            return new ObjectMapper().readTree(answer.body()).path("id").asLong();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitMessages(int number, List<Person> persons) {
        await().atMost(LONG)
                .until(() -> persons.stream().allMatch(person -> texts(person).size() == number));
    }

    private static List<String> texts(Person person) {
        return Stream.of(person.whatsApp(), person.sms(), person.mail())
                .flatMap(List::stream)
                .map(Sent::text)
                .toList();
    }

    private Stream<Sent> everything() {
        return Stream.of(
                        hub.simulator.whatsApp().journal().all(),
                        hub.simulator.smsc().journal().all(),
                        hub.simulator.mail().journal().all())
                .flatMap(List::stream);
    }
}
