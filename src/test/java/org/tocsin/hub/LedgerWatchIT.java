package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.JumpingClock;
import org.tocsin.testing.OutsidePostgres;
import org.tocsin.testing.Person;

/**
 * The database under a running hub is not what it was: its clock jumps in the middle of waits, or yesterday's state of
 * it is put back. What counts is what the phones show, and when.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // the state that is put back knows only what came before
class LedgerWatchIT {
    /** {@code delivered-within} of plan/watch.yaml, from WhatsApp to SMS. */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static OutsidePostgres database;
    private static JumpingClock clock;
    private static Hub hub;

    @BeforeAll
    static void start() {
        database = new OutsidePostgres(folder.resolve("outside"));
        clock = new JumpingClock(database.jdbc(), "postgres");
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--spring.datasource.url=" + database.url(),
                "--spring.datasource.username=postgres",
                "--tocsin.delivery-plan=src/test/resources/plan/watch.yaml");
    }

    @AfterAll
    static void stop() {
        hub.close();
        database.close();
    }

    @Test
    @Order(1)
    void whenTheClockJumpsBackWaitsKeepTheirLengthAndNothingExpiredIsSent() {
        Person waiting = whoseWhatsAppIsNotDelivered();
        // By SMS: no WhatsApp template ends so soon.
        Person expiring = Person.of(hub);
        hub.simulator.smsc().fault(expiring.phone(), SmscFault.noReceipt());
        Instant told = Instant.now();
        alert(waiting, Duration.ofMinutes(30));
        alert(expiring, "SMS first", Duration.ofSeconds(7));
        awaitWhatsApp(waiting);
        awaitSms(expiring);

        clock.jump(Duration.ofHours(-1));

        Instant sms = awaitSms(waiting);
        assertThat(Duration.between(told, sms)).as("from alert to SMS").isBetween(WAIT, WAIT.plusSeconds(10));
        eventually().untilAsserted(() -> assertThat(state(expiring)).isEqualTo("EXPIRED"));
        assertThat(expiring.sms()).hasSize(1);
        assertThat(expiring.mail()).as("of an alert that had ended").isEmpty();
    }

    @Test
    @Order(2)
    void whenTheClockJumpsForwardWaitsKeepTheirLengthAndNothingLiveIsDropped() {
        Person waiting = whoseWhatsAppIsNotDelivered();
        Instant told = Instant.now();
        alert(waiting, Duration.ofMinutes(30));
        awaitWhatsApp(waiting);

        clock.jump(Duration.ofHours(2));

        Instant sms = awaitSms(waiting);
        assertThat(Duration.between(told, sms)).as("from alert to SMS").isBetween(WAIT, WAIT.plusSeconds(10));
        assertThat(waiting.sms()).hasSize(1);
        assertThat(waiting.whatsApp()).hasSize(1);
        eventually().untilAsserted(() -> assertThat(hub.jdbc()
                        .queryForList(
                                "select cap from alert where source = 'hub' and event = 'Duty notice'", String.class))
                .as("the duty group learns of both jumps")
                .anyMatch(cap -> cap.contains("clock jumped by -"))
                .anyMatch(cap -> cap.contains("clock jumped by +")));
        clock.jump(Duration.ofHours(-1)); // right again
    }

    @Test
    @Order(3)
    void nothingIsSentFromYesterdaysStateUntilAPersonSaysWhatHappensWithIt() throws Exception {
        eventually().until(LedgerWatchIT::nothingIsHeld);
        Person told = whoseWhatsAppIsNotDelivered();
        alert(told, Duration.ofMinutes(30));
        eventually().until(() -> state(told).equals("WAITING"));
        Path backup = folder.resolve("backup");
        backUp(backup); // in the middle of the wait
        awaitSms(told);
        int before = told.sms().size();

        putBack(backup);

        eventually().until(() -> holdSays("\"held\":true"));
        assertThat(hub.get("/api/hold", Hub.OPERATOR_KEY).body())
                .contains("\"held\":true")
                .containsPattern("\"unfinishedAlerts\":[1-9]"); // notices to the duty group may be among them
        Person fresh = Person.of(hub);
        alert(fresh, Duration.ofMinutes(30));
        await().during(Duration.ofSeconds(3)).atMost(LONG).until(() -> fresh.whatsApp()
                .isEmpty());
        assertThat(told.sms()).as("nothing again").hasSize(before);

        assertThat(release("{}")).isEqualTo(422);
        assertThat(release("{\"unsent\": \"drop\"}")).isEqualTo(200);
        assertThat(release("{\"unsent\": \"drop\"}")).isEqualTo(409);

        eventually().until(() -> fresh.whatsAppsOnPhone() == 1);
        // What its phone confirmed after the backup may still be told, and is true.
        eventually().untilAsserted(() -> assertThat(state(told)).isIn("CANCELLED", "DELIVERED", "READ"));
        eventually().until(() -> hub.jdbc()
                .queryForList("select 1 from alert where closed_at is null")
                .isEmpty());
        assertThat(told.sms()).as("what was dropped is not sent").hasSize(before);
    }

    private static int release(String body) {
        return hub.post("/api/hold/release", Hub.OPERATOR_KEY, "application/json", body)
                .statusCode();
    }

    private static boolean nothingIsHeld() {
        return holdSays("{\"held\":false}");
    }

    private static boolean holdSays(String words) {
        return hub.get("/api/hold", Hub.OPERATOR_KEY).body().contains(words);
    }

    private static void backUp(Path backup) throws Exception {
        database.close();
        copy(folder.resolve("outside"), backup);
        database.start();
        eventually().until(LedgerWatchIT::nothingIsHeld);
    }

    private static void putBack(Path backup) throws Exception {
        database.close();
        try (Stream<Path> files = Files.walk(folder.resolve("outside"))) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        copy(backup, folder.resolve("outside"));
        database.start();
    }

    private static void copy(Path from, Path to) throws Exception {
        int exit = new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }

    private static Person whoseWhatsAppIsNotDelivered() {
        Person person = Person.of(hub);
        hub.simulator.whatsApp().fault(person.phone(), new Fault.Offline(Duration.ofHours(3)));
        return person;
    }

    private static void alert(Person person, Duration life) {
        alert(person, "Flood", life);
    }

    private static void alert(Person person, String event, Duration life) {
        String json = Cap.named(person.id(), event, "Flood in the lower town", person.id())
                .replace(
                        "\"headline\"",
                        "\"expires\":\""
                                + Cap.at(OffsetDateTime.now(ZoneOffset.UTC).plus(life))
                                + "\",\"headline\"");
        // 503 while a clock has just jumped: to come again.
        eventually().until(() -> hub.postAlert(json).statusCode() == 202);
    }

    private static void awaitWhatsApp(Person person) {
        eventually().until(() -> !person.whatsApp().isEmpty());
    }

    private static Instant awaitSms(Person person) {
        eventually().until(() -> !person.sms().isEmpty());
        return person.sms().get(0).at();
    }

    private static String state(Person person) {
        return String.join("", hub.jdbc().queryForList("""
                select r.state from recipient r join contact c on c.person_id = r.person_id
                where c.ext_id = ?""", String.class, person.id()));
    }

    private static ConditionFactory eventually() {
        return await().dontCatchUncaughtExceptions().ignoreExceptions().atMost(LONG);
    }
}
