package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.LedgerHold.Unsent;
import org.tocsin.testing.JumpingClock;
import org.tocsin.testing.TestDatabase;

/** {@code LedgerWatchIT} shows what it means for phones. */
class LedgerWatchTest {
    private final TestDatabase database = TestDatabase.fresh();
    private final JumpingClock clock = new JumpingClock(new JdbcTemplate(database.dataSource()), database.name());
    // Connections that were made after the clock had learned to jump.
    private final DriverManagerDataSource connections = new DriverManagerDataSource(database.url(), "postgres", "");
    private final JdbcTemplate jdbc = new JdbcTemplate(connections);
    private final TransactionTemplate transaction =
            new TransactionTemplate(new DataSourceTransactionManager(connections));
    private final LedgerHold hold = new LedgerHold(jdbc, transaction);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aHubThatIsNewSendsAtOnceAndKnowsTheDatabaseAgain() {
        alert();
        assertThat(started("a").maySend()).isTrue();
        assertThat(started("a").maySend()).isTrue();
        assertThat(hold.inForce()).isEmpty();
    }

    @Test
    void anOlderStateHoldsEveryHub() {
        LedgerWatch watch = started("a");
        LedgerWatch another = started("b");
        watch.look();
        alert();
        olderState();

        watch.look();
        assertThat(watch.maySend()).isFalse();
        another.look();
        another.look();
        assertThat(another.maySend()).isFalse();
        assertThat(hold.inForce().orElseThrow().alerts()).isEqualTo(1);
        assertThat(started("a").maySend()).as("after a restart").isFalse();
        assertThat(started("c").maySend()).as("a hub that is new").isFalse();

        assertThat(hold.release(Unsent.DROP, "somebody")).contains(1);
        watch.look();
        assertThat(watch.maySend()).isTrue();
        assertThat(jdbc.queryForObject("select state from alert", String.class)).isEqualTo("CANCELLED");
    }

    @Test
    void nothingIsClaimedFromAnOlderStateBeforeItIsLookedAt() {
        LedgerWatch watch = started("a");
        watch.look();
        alert();
        watch.check(mark(watch), watch.seen());
        watch.look();
        watch.check(mark(watch), watch.seen());
        olderState();

        assertThat(watch.maySend()).isTrue();
        assertThatThrownBy(() -> watch.check(mark(watch), watch.seen())).isInstanceOf(OlderLedger.class);
        assertThat(watch.maySend()).isFalse();
    }

    private Long mark(LedgerWatch watch) {
        return jdbc.queryForObject(
                "select number from hub_mark where hub = ?",
                Long.class,
                watch.seen().hub());
    }

    @Test
    void whatIsToGoOnGoesOn() {
        LedgerWatch watch = started("a");
        watch.look();
        alert();
        olderState();
        watch.look();

        assertThat(hold.release(Unsent.SEND, "somebody")).contains(1);
        assertThat(hold.release(Unsent.SEND, "somebody")).isEmpty();
        assertThat(jdbc.queryForObject("select state from alert", String.class)).isEqualTo("SENDING");
    }

    @Test
    void aHubThatWasAwayWhileAPersonDecidedDoesNotHoldAgain() {
        started("away");
        LedgerWatch watch = started("a");
        watch.look();
        alert();
        jdbc.update("delete from hub_mark");
        watch.look();
        hold.release(Unsent.SEND, "somebody");

        assertThat(started("away").maySend()).isTrue();
    }

    @Test
    void newMessagesHaveOtherNumbersThanThoseThatTheOlderStateHasForgotten() {
        LedgerWatch watch = started("a");
        watch.look();
        alert();
        olderState();
        watch.look();

        assertThat(jdbc.queryForObject("select nextval('recipient_ids')", Long.class))
                .isGreaterThan(1_000_000_000L);
        assertThat(alert()).isGreaterThan(1_000_000_000L);
    }

    @Test
    void anEmptyDatabaseIsANewOne() {
        LedgerWatch watch = started("a");
        watch.look();
        jdbc.update("delete from hub_mark");

        assertThat(started("a").maySend()).isTrue();
        assertThat(hold.inForce()).isEmpty();
    }

    @Test
    void aDamagedFileStopsTheStartWithASentence() throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("a")).resolve("epoch"), "x");
        assertThatThrownBy(() -> started("a")).hasMessageContaining("epoch is damaged");
    }

    @ParameterizedTest
    @ValueSource(ints = {7_200, -3_600, 10, -10})
    void allThatWaitsMovesWithTheClock(int seconds) {
        LedgerWatch watch = started("a");
        LedgerWatch another = started("b");
        long id = alert();
        jdbc.update(
                "insert into queue (keys, channel, lane, due_at) values ('{224}', 'sms', 0, now() + interval '60 s')");
        jdbc.update("insert into sender_rate (sender, per_second, rate, rate_at, booked_until)"
                + " values ('s', 1, 1, now(), now() + interval '60 s')");
        jdbc.update("insert into deadline (due_at, keys) values (now() + interval '60 s', '{7}')");
        jdbc.update(
                "insert into lease (owner, channel, until, keys) values ('x', 'sms', now() + interval '60 s', '{}')");
        jdbc.update("""
                insert into recipient (id, alert_id, person_id, lane, language, channels, state, open, due_at)
                values (7, ?, 1, 0, 'en', '{sms}', 'WAITING', true, now() + interval '60 s')""", id);
        watch.look();
        another.look();

        alert(); // between the last look and the jump
        clock.jump(Duration.ofSeconds(seconds));
        assertThatThrownBy(() -> watch.check(now(), System.nanoTime())).isInstanceOf(ClockJumped.class);
        watch.look();
        assertThat(watch.maySend()).isFalse();
        watch.look();
        another.look();

        assertThat(watch.maySend()).isTrue();
        assertThat(another.maySend()).isTrue();
        watch.check(now(), System.nanoTime());
        for (String column : new String[] {
            "due_at from queue",
            "booked_until from sender_rate",
            "due_at from deadline",
            "until from lease",
            "due_at from recipient"
        }) {
            assertThat(left(column)).as(column).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(61));
        }
        assertThat(left("min(expires) from alert")).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        assertThat(left("max(expires) from alert")).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        assertThat(jdbc.queryForObject("select count(*) from hub_event", Long.class))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {7_200, -3_600})
    void whatIsDatedIsDatedByTheDatabasesClockAndByNoneWhileItJumps(int seconds) {
        LedgerWatch watch = started("a");
        watch.look();
        assertThat(watch.running().instant()).isCloseTo(now(), within(1, ChronoUnit.SECONDS));
        assertThat(watch.asked().instant()).isCloseTo(now(), within(1, ChronoUnit.SECONDS));

        clock.jump(Duration.ofSeconds(seconds));
        assertThatThrownBy(() -> watch.asked().instant()).isInstanceOf(ClockJumped.class);
        watch.look();
        watch.look();
        assertThat(watch.running().instant()).isCloseTo(now(), within(1, ChronoUnit.SECONDS));
        assertThat(watch.asked().instant()).isCloseTo(now(), within(1, ChronoUnit.SECONDS));
    }

    /** A sensor that cleared just before the clock went back an hour, and reports a flood again. */
    @Test
    void noReadingIsOlderThanAnEndThatTheWrongClockDated() {
        LedgerWatch watch = started("a");
        jdbc.update("insert into incident (key, episode, open, opened_at, last_seen_at, cleared_at)"
                + " values ('k', 1, false, now(), now(), now()),"
                + " ('long ago', 1, false, now(), now() - interval '1 day', now() - interval '1 day')");
        watch.look();
        clock.jump(Duration.ofHours(-1));
        watch.look();
        watch.look();

        assertThat(left("cleared_at from incident where key = 'k'"))
                .isNegative()
                .isGreaterThan(Duration.ofMinutes(-1));
        assertThat(left("cleared_at from incident where key <> 'k'"))
                .isBetween(Duration.ofHours(-24), Duration.ofHours(-22));
    }

    private Duration left(String column) {
        Double seconds = jdbc.queryForObject(
                "select extract(epoch from v - now()) from (select " + column + ") t (v)", Double.class);
        return Duration.ofMillis((long) (seconds * 1e3));
    }

    private Instant now() {
        return jdbc.queryForObject("select clock_timestamp()", OffsetDateTime.class)
                .toInstant();
    }

    /** As if a backup had been put back. */
    private void olderState() {
        jdbc.update("update hub_mark set number = 1");
    }

    private LedgerWatch started(String hub) {
        return StartedWatch.of(jdbc, transaction, folder.resolve(hub));
    }

    private long alert() {
        return jdbc.queryForObject("""
                insert into alert (site, mode, identifier, sender, sent, content_hash, source, submitted_by, status,
                    msg_type, event, severity, urgency, lane, state, cap, expires)
                select 'main', 'live', 'a' || count(*), 's', now(), '', 'api', 't', 'Actual', 'Alert', 'Flood', 'Severe',
                    'Immediate', 0, 'SENDING', '{}', now() + interval '1 hour' from alert
                returning id""", Long.class);
    }
}
