package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tocsin.simulator.Journal;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;

/**
 * A hub that notices soon when a provider is broken, and whom it tells. Deadlines of the ladder are ten minutes here, so
 * that whoever goes on to the next channel does so because of the channel and not because of the time.
 */
final class BreakingTown implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(40);
    static final Duration QUIET = Duration.ofSeconds(3);

    /** WhatsApp, SMS, e-mail. */
    static final int TOWN = 200;
    /** In the group with the others, and with no other channel than WhatsApp. */
    static final int WHATSAPP_ALONE = 100;

    /** SMS first, then e-mail. */
    static final int VILLAGE = 60;
    /** In the village, and with no other channel than SMS. */
    static final int SMS_ALONE = 5;

    static final int DRAIN = 50;

    private static final List<String> DUTY = List.of("+33199001002", "+33199001008");
    private static final String EVENT = "Patience";

    final Hub hub;

    BreakingTown(Path folder) throws IOException {
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.contacts=" + contacts(folder),
                "--tocsin.whatsapp.max-calls=10",
                "--tocsin.whatsapp.health-period-ms=300",
                "--tocsin.circuit.channel-down-in-a-row=3",
                "--tocsin.circuit.minimum-calls=20",
                "--tocsin.circuit.silence-minimum=20",
                "--tocsin.circuit.silence-after=2s",
                "--tocsin.circuit.silence-window=3s",
                "--tocsin.circuit.probe-every=1s",
                "--tocsin.circuit.trial-timeout=10s",
                "--tocsin.circuit.drain-per-second=" + DRAIN);
    }

    private static Path contacts(Path folder) throws IOException {
        StringBuilder rows = new StringBuilder(Files.readString(Path.of("config/contacts.csv")));
        for (int n = 0; n < TOWN + WHATSAPP_ALONE; n++) {
            rows.append(row(n, "town", n < TOWN ? "whatsapp;sms;email" : "whatsapp"));
        }
        for (int n = TOWN + WHATSAPP_ALONE; n < TOWN + WHATSAPP_ALONE + VILLAGE + SMS_ALONE; n++) {
            rows.append(row(n, "village", n < TOWN + WHATSAPP_ALONE + VILLAGE ? "sms;email" : "sms"));
        }
        return Files.writeString(folder.resolve("contacts.csv"), rows);
    }

    private static String row(int n, String group, String channels) {
        return "h%03d,Town %03d,en,+33639987%03d,h%03d@people.example.org,%s,,,%s%n"
                .formatted(n, n, n, n, group, channels);
    }

    static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj("h%03d"::formatted).toList();
    }

    static String phone(String id) {
        return "+33639987" + id.substring(1);
    }

    void send(String marker, String... addresses) {
        send(marker, List.of(addresses));
    }

    void send(String marker, List<String> addresses) {
        var answer = hub.postAlert(Cap.named(marker, EVENT, "Flood, mark-" + marker, addresses.toArray(String[]::new)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    /** @return the status of the answer */
    int turn(String channel, String way, String body) {
        return hub.post("/api/channels/" + channel + "/" + way, Hub.OPERATOR_KEY, "application/json", body)
                .statusCode();
    }

    int turnOff(String channel) {
        return turn(channel, "off", "{\"reason\": \"data networks are down\"}");
    }

    int turnOn(String channel) {
        return turn(channel, "on", "");
    }

    /** As GET /api/channels says. */
    JsonNode standing(String channel) {
        String body = hub.get("/api/channels", Hub.OPERATOR_KEY).body();
        try {
            for (JsonNode standing : JsonMapper.builder().build().readTree(body).path("channels")) {
                if (standing.path("channel").asText().equals(channel)) {
                    return standing;
                }
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError(body, e);
        }
        throw new AssertionError(body);
    }

    void awaitState(String channel, String state) {
        await().atMost(LONG).until(() -> state(channel).equals(state));
    }

    /** It may be in a trial already. */
    void awaitBroken(String channel) {
        await().atMost(LONG).until(() -> !state(channel).equals("CLOSED"));
    }

    /** No row: it never was anything else. */
    String state(String channel) {
        return hub
                .jdbc()
                .queryForList("select state from provider_circuit where channel = ?", String.class, channel)
                .stream()
                .findFirst()
                .orElse("CLOSED");
    }

    /** People of an alert who wait until WhatsApp works again. */
    long setAside(String marker) {
        return hub.jdbc().queryForObject("""
                select count(*) from queue q cross join unnest(q.keys) k join recipient r on r.id = k / 32
                join alert a on a.id = r.alert_id where q.channel = 'whatsapp waits' and a.cap like ?""", Long.class, "%mark-" + marker + "%");
    }

    /** Messages that were handed to the provider of a channel, or for which nobody was there. */
    double tried(String channel) {
        return hub
                .context
                .getBean(MeterRegistry.class)
                .get("tocsin.deliveries")
                .tag("channel", channel)
                .counters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** The duty group hears of it, and by none of these channels. */
    void dutyIsTold(String words, Journal by, Journal... notBy) {
        for (String phone : DUTY) {
            await().atMost(LONG).until(() -> of(words, by.messagesTo(phone)).size() == 1);
        }
        for (Journal journal : notBy) {
            assertThat(of(words, journal)).isEmpty();
        }
    }

    Journal whatsApp() {
        return hub.simulator.whatsApp().journal();
    }

    Journal sms() {
        return hub.simulator.smsc().journal();
    }

    Journal mail() {
        return hub.simulator.mail().journal();
    }

    /** @param marker that of an alert, or, with blanks, words of its text */
    List<Sent> of(String marker, Journal journal) {
        return of(marker, journal.all());
    }

    static List<Sent> of(String marker, List<Sent> sent) {
        String text = marker.contains(" ") ? marker : "mark-" + marker;
        return sent.stream()
                .filter(s -> (s.text() + " " + s.params()).contains(text))
                .toList();
    }

    /** Who has it on the phone, by number. */
    Set<String> onPhones(String marker, Journal journal) {
        return of(marker, journal).stream().filter(Sent::onPhone).map(Sent::to).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        hub.close();
    }
}
