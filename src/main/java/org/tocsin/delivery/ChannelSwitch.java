package org.tocsin.delivery;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.ProviderCircuit.State;

/**
 * A person turns a channel off and on: "SMS only" while the data networks are down. A row says it for all hubs. While it
 * is there the circuits of the channel are as if open, whatever they are by themselves, and neither trial nor probe ends
 * it. This hub obeys at once, the others with their next look ({@link ProviderHealth}).
 */
@Component
@DependsOnDatabaseInitialization
public class ChannelSwitch {
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final ProviderCircuits circuits;
    private final Diversion diversion;
    private final Wakeups wakeups;

    ChannelSwitch(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            Ledger ledger,
            ProviderCircuits circuits,
            Wakeups wakeups) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.circuits = circuits;
        this.diversion = new Diversion(jdbc, transaction, ledger);
        this.wakeups = wakeups;
    }

    /** @param by the name of the operator's key */
    public record Off(Instant since, String by, String reason) {}

    /** @param reason the provider's code, or a word of the hub */
    public record Broken(Instant since, String reason) {}

    /** How a channel stands: it works when it is neither. A broken one may be turned off, too. */
    public record Standing(
            String channel,
            @Nullable Broken broken,
            @Nullable Off off) {}

    public enum Result {
        /** Also when it was so before: then nothing changed, and nobody is told again. */
        DONE,
        NO_SUCH_CHANNEL,
        /** No channel would be on: nobody could be told anything. */
        LAST_ONE
    }

    public List<Standing> all() {
        Map<String, Off> off = rows();
        List<Standing> all = new ArrayList<>();
        for (String channel : circuits.channels()) {
            all.add(new Standing(channel, broken(channel), off.get(channel)));
        }
        return all;
    }

    /** Everybody who waits on it goes on to the next rung at once; who has no other channel waits until it is on again. */
    public Result off(String channel, String reason, String operator) {
        List<String> known = circuits.channels();
        if (!known.contains(channel)) {
            return Result.NO_SUCH_CHANNEL;
        }
        Result result = transaction.execute(status -> {
            jdbc.execute(
                    "lock table channel_off in share row exclusive mode"); // two operators, and the last two channels
            Map<String, Off> off = rows();
            if (off.containsKey(channel)) {
                return Result.DONE;
            }
            if (known.stream().allMatch(c -> c.equals(channel) || off.containsKey(c))) {
                return Result.LAST_ONE;
            }
            jdbc.update(
                    "insert into channel_off (channel, off_by, reason) values (?, ?, ?)", channel, operator, reason);
            record(channel, "OFF", operator, operator + ": " + reason);
            return Result.DONE;
        });
        learn();
        return Objects.requireNonNull(result);
    }

    /** What waited for it is sent, at a pace that grows. */
    public Result on(String channel, String operator) {
        if (!circuits.channels().contains(channel)) {
            return Result.NO_SUCH_CHANNEL;
        }
        transaction.executeWithoutResult(status -> {
            if (jdbc.update("delete from channel_off where channel = ?", channel) == 1) {
                record(channel, "ON", operator, operator);
                // Whoever waits on another channel that is of no use may now have a way on this one.
                circuits.channels().stream()
                        .filter(c -> c.equals(channel) || circuits.isBroken(c))
                        .forEach(diversion::callBack);
            }
        });
        learn();
        wakeups.signal(channel);
        return Result.DONE;
    }

    /** What the duty group has to be told of, and the journal, which keeps no words of people. */
    private void record(String channel, String state, String operator, String told) {
        jdbc.update(
                "insert into journal (what, detail) values (?, ?)",
                "channel-" + state.toLowerCase(java.util.Locale.ROOT),
                channel + " by=" + operator);
        jdbc.update(
                "insert into provider_event (channel, sender, state, reason) values (?, '', ?, ?)",
                channel,
                state,
                told);
    }

    /** Reads and obeys in one: what was read before a change is not obeyed after it. */
    synchronized void learn() {
        circuits.turnedOff(rows().keySet());
    }

    private Map<String, Off> rows() {
        Map<String, Off> off = new LinkedHashMap<>();
        jdbc.query("select channel, since, off_by, reason from channel_off", row -> {
            off.put(
                    row.getString(1),
                    new Off(row.getObject(2, OffsetDateTime.class).toInstant(), row.getString(3), row.getString(4)));
        });
        return off;
    }

    /** Since the last of its senders broke. */
    private @Nullable Broken broken(String channel) {
        boolean works = circuits.used().stream()
                .filter(c -> c.channel().equals(channel))
                .anyMatch(c -> c.state() == State.CLOSED);
        return works
                ? null
                : jdbc
                        .query(
                                """
                                select at, reason from provider_event where channel = ? and state = 'OPEN'
                                order by id desc limit 1""",
                                (row, n) -> new Broken(
                                        row.getObject(1, OffsetDateTime.class).toInstant(), row.getString(2)),
                                channel)
                        .stream()
                        .findFirst()
                        .orElse(null);
    }
}
