package org.tocsin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.tocsin.testing.Cap;

/** One alert to everybody in the group, several times on the same hub; everything durable. */
final class FanOutTrial {
    /** Facts about messages only: those about people have no number of an attempt. */
    private static final String RECORDED = """
            select what, count(*), count(*) from journal_line
            where alert_id = ? and attempt_no is not null group by what""";

    /** Costs too much to be asked while it is measured. */
    private static final String RECORDED_ONCE =
            RECORDED.replace("count(*), count(*)", "count(*), count(distinct (recipient_id, attempt_no))");

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration LOOK_INTO_LEDGER = Duration.ofMillis(250);

    private final String group;
    private final int people;
    private final boolean receipts;
    private final HubProcess hub;
    private final SimulatorProcess simulator;
    private long confirmedBefore;

    FanOutTrial(int people, boolean receipts, HubProcess hub, SimulatorProcess simulator) {
        this(People.GROUP, people, receipts, hub, simulator);
    }

    /** @param people how many are in that group */
    FanOutTrial(String group, int people, boolean receipts, HubProcess hub, SimulatorProcess simulator) {
        this.group = group;
        this.people = people;
        this.receipts = receipts;
        this.hub = hub;
        this.simulator = simulator;
    }

    private record Cpu(double hub, double database, double simulator) {
        Cpu since(Cpu earlier) {
            return new Cpu(hub - earlier.hub, database - earlier.database, simulator - earlier.simulator);
        }
    }

    /** @param run counted from 1: it may be meant to be cold */
    static String prefix(int run) {
        return "run " + run + (run == 1 ? " (cold)" : "") + ": ";
    }

    /** @param part gets the figures of this run under the prefix */
    Speed run(Part part, String prefix) throws Exception {
        simulator.clear();
        confirmedBefore = simulator.counts().at("/webhooks/confirmedEvents").asLong();
        Duration patience = Duration.ofSeconds(180 + people / 50);
        try (Connection ledger = hub.database()) {
            Cpu before = cpu();
            long posting = System.nanoTime();
            JsonNode answer = hub.postAlert(Cap.alert("Flood", group));
            long posted = System.nanoTime();
            long alert = answer.path("id").asLong();
            long first = Waiting.until("the first message", patience, LOOK, () -> simulator.accepted() > 0);
            Tenths tenths = new Tenths(people, ledger);
            long all = Waiting.until(
                    people + " accepted messages", patience, LOOK, () -> tenths.saw(simulator.accepted()));
            long recorded = Waiting.until(
                    people + " outcomes in the ledger",
                    patience,
                    LOOK_INTO_LEDGER,
                    () -> recorded(RECORDED, ledger, alert).getOrDefault("accepted", 0L) >= people);
            Cpu sending = cpu().since(before);
            part.put(prefix + "POST answered, s", Waiting.seconds(posting, posted));
            part.put(prefix + "first message, s", Waiting.seconds(posted, first));
            part.put(prefix + "all accepted, s", Waiting.seconds(posted, all));
            Speed speed = speed(sending, people / Waiting.seconds(posted, all));
            part.put(prefix + "messages/s", speed.perSecond());
            part.put(prefix + "all in the ledger, s", Waiting.seconds(posted, recorded));
            tenths.put(part, prefix);
            putCpu(part, prefix, speed);
            if (receipts) {
                awaitReceipts(part, prefix, ledger, alert, patience, posted, before);
            }
            check(part, prefix, recorded(RECORDED_ONCE, ledger, alert));
            part.put(prefix + "hub peak RSS, MB", hub.peakResidentMegabytes());
            return speed;
        }
    }

    private Speed speed(Cpu cpu, double perSecond) {
        double micros = 1e6 / people;
        return new Speed(perSecond, cpu.hub * micros, cpu.database * micros, cpu.simulator * micros);
    }

    private static void putCpu(Part part, String prefix, Speed speed) {
        part.put(prefix + "CPU µs a message: hub", speed.hubMicros());
        part.put(prefix + "CPU µs a message: PostgreSQL", speed.databaseMicros());
        part.put(prefix + "CPU µs a message: simulator", speed.simulatorMicros());
    }

    /** Three statuses a message, all of them due as soon as it is accepted. */
    private void awaitReceipts(
            Part part, String prefix, Connection ledger, long alert, Duration patience, long posted, Cpu before)
            throws Exception {
        long read = Waiting.until(
                people + " read receipts in the ledger",
                patience,
                LOOK_INTO_LEDGER,
                () -> recorded(RECORDED, ledger, alert).getOrDefault("read", 0L) >= people);
        double seconds = Waiting.seconds(posted, read);
        part.put(prefix + "all read receipts applied, s", seconds);
        part.put(prefix + "statuses/s from POST to the last applied", 3.0 * people / seconds);
        putCpu(part, prefix + "with statuses: ", speed(cpu().since(before), people / seconds));
        JsonNode webhooks = simulator.counts().path("webhooks");
        part.put(
                prefix + "webhook answered, p50 ms",
                webhooks.path("answeredP50Millis").asDouble());
        part.put(
                prefix + "webhook answered, p99 ms",
                webhooks.path("answeredP99Millis").asDouble());
        part.put(
                prefix + "webhook answered, max ms",
                webhooks.path("answeredMaxMillis").asDouble());
        long unconfirmed = 3L * people - webhooks.path("confirmedEvents").asLong() + confirmedBefore;
        part.put(prefix + "statuses not confirmed by the hub", unconfirmed == 0 ? "0" : "NO: " + unconfirmed);
    }

    /** What the provider counted and what the ledger says must be the same, and nobody got it twice. */
    private void check(Part part, String prefix, Map<String, Long> recorded) throws Exception {
        JsonNode counts = simulator.counts();
        long accepted = counts.path("whatsapp").path("accepted").asLong();
        long attempts = counts.path("whatsapp").path("attempts").asLong();
        long others = counts.path("sms").path("attempts").asLong()
                + counts.path("email").path("attempts").asLong();
        long inLedger = recorded.getOrDefault("accepted", 0L);
        part.put(prefix + "provider accepted", accepted);
        part.put(prefix + "ledger says accepted", inLedger);
        boolean agree = accepted == people && attempts == people && inLedger == people && others == 0;
        part.put(prefix + "agree", agree ? "yes" : "NO: " + counts + " ledger " + recorded);
    }

    private Cpu cpu() throws IOException {
        return new Cpu(hub.cpuSeconds(), hub.databaseCpuSeconds(), ProcFs.cpuSeconds(simulator.pid()));
    }

    private static Map<String, Long> recorded(String sql, Connection ledger, long alert) throws SQLException {
        Map<String, Long> recorded = new HashMap<>();
        try (PreparedStatement statement = ledger.prepareStatement(sql)) {
            statement.setLong(1, alert);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (row.getLong(2) != row.getLong(3)) {
                        throw new IllegalStateException("the ledger says twice of a message: " + row.getString(1));
                    }
                    recorded.put(row.getString(1), row.getLong(2));
                }
            }
        }
        return recorded;
    }
}
