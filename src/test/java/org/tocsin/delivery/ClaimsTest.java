package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;
import org.tocsin.delivery.Claims.Claim;
import org.tocsin.directory.Address;
import org.tocsin.directory.ContactsCsv;
import org.tocsin.directory.JdbcDirectory;
import org.tocsin.privacy.Keyset;
import org.tocsin.testing.TestDatabase;

/** What becomes of claims when the database, or the hub that made them, goes away at the wrong moment. */
class ClaimsTest {
    private static final long ATTEMPT = AttemptKey.of(7, 0);

    @TempDir
    Path folder;

    private final TestDatabase database = TestDatabase.fresh();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final BreakingCommits transactions = new BreakingCommits();
    private Keyset keys;
    private Leases ours;
    private Leases another;
    private Claims claims;

    /** The connection breaks after the server has committed, before it could say so. */
    private final class BreakingCommits extends DataSourceTransactionManager {
        private static final long serialVersionUID = 1L;
        private boolean breaks;
        private boolean dies;

        BreakingCommits() {
            super(database.dataSource());
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            if (dies) {
                endBackend();
            }
            super.doCommit(status);
            if (breaks) {
                throw new TransactionSystemException("08006");
            }
        }
    }

    /** Of the transaction that runs: what it did is rolled back by the server. */
    private void endBackend() {
        Integer pid = jdbc.queryForObject("select pg_backend_pid()", Integer.class);
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            statement.execute("select pg_terminate_backend(" + pid + ", 10000)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void oneMessageIsDue() throws Exception {
        keys = Keyset.open(folder.resolve("keys.json"), database.dataSource());
        ours = leases("ours");
        another = leases("another");
        claims = claims(ours, "claims");
        jdbc.update("""
                insert into alert (site, mode, identifier, sender, sent, content_hash, source, submitted_by, status,
                    msg_type, event, severity, urgency, lane, state, cap, ladder, expires)
                values ('main', 'live', 'a', 's', now(), '', 'api', 't', 'Actual', 'Alert', 'Flood', 'Severe',
                    'Immediate', 0, 'SENDING', '{}', '{"rungs":[]}', now() + interval '1 hour')""");
        jdbc.update("""
                insert into recipient (id, alert_id, person_id, lane, language, channels, state, open)
                select 7, id, 1, 0, 'en', '{sms}', 'PENDING', true from alert""");
        jdbc.update(
                "insert into attempt_order (id, alert_id, step, channel) select ?, id, 0, 'sms' from alert", ATTEMPT);
        jdbc.update(
                "insert into queue (keys, channel, lane, due_at) values (array[?::bigint], 'sms', 0, now())", ATTEMPT);
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** The later in this list the longer it waits. */
    @Test
    void extremeIsClaimedFirstThenSevereHoweverLongTheOthersWait() {
        waits(8, Lane.of(Severity.Severe, Urgency.Immediate), 1);
        waits(9, Lane.of(Severity.Severe, Urgency.Expected), 2);
        waits(10, Lane.of(Severity.Moderate, Urgency.Immediate), 3);
        waits(11, Lane.of(Severity.Unknown, Urgency.Immediate), 4);
        waits(12, Lane.of(Severity.Minor, Urgency.Immediate), 5);

        assertThat(claim())
                .extracting(claim -> AttemptKey.recipient(claim.attemptId()))
                .containsExactly(7L, 8L, 9L, 11L, 10L, 12L);
    }

    private void waits(long recipient, int lane, int hours) {
        jdbc.update("""
                insert into recipient (id, alert_id, person_id, lane, language, channels, state, open)
                select ?, id, ?, ?, 'en', '{sms}', 'PENDING', true from alert""", recipient, recipient, lane);
        jdbc.update(
                "insert into attempt_order (id, alert_id, step, channel) select ?, id, 0, 'sms' from alert",
                AttemptKey.of(recipient, 0));
        jdbc.update(
                "insert into queue (keys, channel, lane, due_at) values (array[?::bigint], 'sms', ?, now() - make_interval(hours => ?))",
                AttemptKey.of(recipient, 0),
                lane,
                hours);
    }

    @Test
    void whatHasExpiredIsSuppressedAndNotClaimed() {
        jdbc.update("update alert set expires = now() - interval '1 s'");

        assertThat(claim()).isEmpty();
        assertThat(queued()).isZero();
        assertThat(leases()).isZero();
        assertThat(jdbc.queryForList("select state from attempt_result where id = ?", String.class, ATTEMPT))
                .containsExactly("SUPPRESSED");
        assertThat(jdbc.queryForList("select what || ' ' || detail from journal", String.class))
                .containsExactly("suppressed sms");
    }

    /** Its turn, or a worker, was waited for. */
    @Test
    void whatExpiresBetweenItsClaimAndItsWritingIsNotWritten() {
        Claim claim = claim().get(0);
        assertThatThrownBy(() -> assemble(claim))
                .as("in time: its alert here has no text")
                .satisfies(refused("no-message"));

        jdbc.update("update alert set expires = now() - interval '1 ms'");
        assertThatThrownBy(() -> assemble(claim)).satisfies(refused("expired"));
    }

    /** By a hub that has not yet read of the alert. */
    private void assemble(Claim c) {
        LedgerWatch watch = watch("assembly");
        Address address = new Address("+33639980001", new byte[0], new byte[32]);
        new DeliveryAssembly(new AlertPlans(jdbc, watch), keys.hash(), watch, "")
                .assemble(
                        new Claim(
                                c.leaseId(),
                                c.attemptId(),
                                c.alertId(),
                                c.personId(),
                                c.language(),
                                c.spare(),
                                c.repeat(),
                                c.sender(),
                                address,
                                0,
                                c.lane(),
                                true,
                                null),
                        "sms");
    }

    private static Consumer<Throwable> refused(String code) {
        return failure -> assertThat(failure)
                .asInstanceOf(InstanceOfAssertFactories.type(DeliveryRefused.class))
                .extracting(refused -> refused.outcome().toString())
                .asString()
                .contains(code);
    }

    @Test
    void aLeaseThatRanOutWithTheDatabaseAwayIsTakenByAnotherHubAndNeverByTheOneThatHoldsIt() {
        claim();
        jdbc.update("update lease set until = now() - interval '1 minute'");

        assertThat(ours.takeExpired()).isEmpty();
        assertThat(another.takeExpired()).hasSize(1);
    }

    /** Its first message was lost with one hub, and its repeat with the next: nobody may be told nothing for that. */
    @Test
    void aRepeatThatWasNotBegunWhenItsHubDiedIsDueAgainAndOneThatWasIsUnknown() {
        jdbc.update("update attempt_order set repeat = true");
        claim();
        jdbc.update("update lease set until = now() - interval '1 minute'");
        assertThat(another.takeExpired()).isEmpty();
        assertThat(leases()).isZero();
        assertThat(queued()).isEqualTo(1);

        Claim again = claim().get(0);
        ours.begin(again);
        jdbc.update("update lease set until = now() - interval '1 minute'");
        assertThat(another.takeExpired()).hasSize(1);
        assertThat(queued()).isZero();
    }

    @Test
    void whatWasReleasedIsHeldNoLonger() {
        Claim claim = claim().get(0);
        ours.delete(List.of(claim.leaseId()));
        ours.forget(List.of(claim.leaseId()));

        assertThat(leases()).isZero();
        assertThat(queued()).isZero();
    }

    @Test
    void whatIsGivenBackTwiceIsQueuedOnce() {
        List<Claim> unsent = claim();
        ours.giveBack(unsent);
        ours.giveBack(unsent);

        assertThat(queued()).isEqualTo(1);
        assertThat(claim()).hasSize(1);
    }

    @Test
    void whatAnotherHubTookOverIsNotGivenBack() {
        List<Claim> unsent = claim();
        jdbc.update("update lease set until = now() - interval '1 minute'");
        another.takeExpired();
        ours.giveBack(unsent);

        assertThat(queued()).isZero();
    }

    @Test
    void aClaimWhoseCommitWasNeverConfirmedIsDueAgain() {
        transactions.breaks = true;
        assertThatThrownBy(this::claim).isInstanceOf(TransactionSystemException.class);
        transactions.breaks = false;
        assertThat(queued()).as("committed all the same").isZero();

        ours.returnDoubtful();

        assertThat(queued()).isEqualTo(1);
        assertThat(leases()).isZero();
        ours.returnDoubtful();
        assertThat(queued()).as("once").isEqualTo(1);
    }

    /** The rate and the places of the day are in the claim's transaction: nothing of them is used up by one that failed. */
    @Test
    void aClaimWhoseCommitFailsTakesNoPlaceAndNoTurn() throws Exception {
        Path contacts = folder.resolve("contacts.csv");
        Files.writeString(contacts, """
                id,name,language,phone,email,groups,lat,lon,opt_in
                p1,Somebody,en,+33639980001,,,,,sms
                """);
        new ContactsCsv(database.dataSource(), keys.cipher(), keys.hash(), null, "en", 0.5).load(contacts);
        jdbc.update("update recipient set person_id = (select person_id from contact)");
        ClaimOrder order = new ClaimOrder(
                "sms",
                Lane.COUNT - 1,
                10,
                List.of(new SenderLimits("sender", 10, 100, 0)),
                new Portfolio(10, 0),
                Map.of());

        transactions.dies = true;
        assertThatThrownBy(() -> claims.claim(order)).isInstanceOf(RuntimeException.class);
        transactions.dies = false;
        assertThat(List.of(count("portfolio_person"), count("portfolio"), count("sender_rate"), leases()))
                .containsOnly(0L);
        assertThat(queued()).isEqualTo(1);

        // This hub looks after its database before it claims again.
        assertThat(claims(another, "claims-of-another").claim(order).claims()).hasSize(1);
        assertThat(List.of(count("portfolio_person"), count("sender_rate"), leases()))
                .containsOnly(1L);
    }

    /** SIGSTOP for longer than a lease, and then CONT: another hub has it, and a late renewal does not bring it back. */
    @Test
    void whatAnotherHubTookOverMayNotBeWrittenByTheOneThatHeldItAlsoAfterItsNextRenewal() {
        Claim claim = claim().get(0);
        assertThat(ours.mayWrite(claim)).isTrue();
        ours.renewHeld();
        assertThat(ours.mayWrite(claim)).isTrue();

        jdbc.update("update lease set until = now() - interval '1 minute'");
        another.takeExpired();
        ours.outliveLeases();
        ours.renewHeld();

        assertThat(ours.mayWrite(claim)).isFalse();
    }

    /** Whom a word of the person counts for while the newer of two alerts is on its way, or was not taken. */
    @Test
    void aBareWordAnswersTheNewestAlertThatMayBeOnThePhone() {
        jdbc.update("insert into attempt_result (id, state) values (?, 'DELIVERED')", ATTEMPT);
        jdbc.update("""
                insert into alert (site, mode, identifier, sender, sent, content_hash, source, submitted_by, status,
                    msg_type, event, severity, urgency, lane, state, cap, expires)
                select site, mode, 'b', sender, sent, content_hash, source, submitted_by, status, msg_type, event, severity,
                    urgency, lane, state, cap, expires from alert""");
        jdbc.update("""
                insert into recipient (id, alert_id, person_id, lane, language, channels, state, open)
                select 8, id, 1, 0, 'en', '{sms}', 'PENDING', true from alert where identifier = 'b'""");
        Set<AttemptState> may = EnumSet.noneOf(AttemptState.class);
        for (AttemptState state : AttemptState.values()) {
            jdbc.update("delete from attempt_result where id = ?", AttemptKey.of(8, 0));
            if (state != AttemptState.QUEUED) { // claimed too: see lease
                jdbc.update(
                        "insert into attempt_result (id, state, handed_at, outcome_at) values (?, ?, now(), now())",
                        AttemptKey.of(8, 0),
                        state.name());
            }
            long newest = jdbc.queryForObject(Ledger.NEWEST, Long.class, 1);
            if (newest == 8) {
                may.add(state);
            }
        }

        assertThat(may)
                .containsExactly(
                        AttemptState.ACCEPTED,
                        AttemptState.SENT,
                        AttemptState.DELIVERED,
                        AttemptState.READ,
                        AttemptState.UNCONFIRMED);
    }

    private Claims claims(Leases leases, String name) {
        return new Claims(
                jdbc,
                new TransactionTemplate(transactions),
                new JdbcDirectory(database.dataSource(), keys.cipher(), keys.hash()),
                leases,
                watch(name));
    }

    private List<Claim> claim() {
        List<SenderLimits> sender = List.of(new SenderLimits("sender", 10, 0, 0));
        return claims.claim(new ClaimOrder("sms", Lane.COUNT - 1, 10, sender, new Portfolio(0, 0), Map.of()))
                .claims();
    }

    private long queued() {
        return count("queue");
    }

    private long leases() {
        return count("lease");
    }

    private long count(String table) {
        Long count = jdbc.queryForObject("select count(*) from " + table, Long.class);
        return count == null ? -1 : count;
    }

    private LedgerWatch watch(String name) {
        return StartedWatch.of(jdbc, new TransactionTemplate(transactions), folder.resolve(name));
    }

    private Leases leases(String name) {
        return new Leases(
                jdbc, new TransactionTemplate(transactions), new HubIdentity(folder.resolve(name)), watch(name));
    }
}
