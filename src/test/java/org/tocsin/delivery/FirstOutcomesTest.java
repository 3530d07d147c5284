package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.directory.JdbcDirectory;
import org.tocsin.privacy.Keyset;
import org.tocsin.testing.TestDatabase;

/** The outcome of a person's first message: written without reading the person again, and as if that had been done. */
class FirstOutcomesTest {
    /** Read again each time. */
    private static final long OTHER = 8;

    private static final long PERSON = 7;

    @TempDir
    static Path folder;

    private static final TestDatabase database = TestDatabase.fresh();
    private static final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private static final TransactionTemplate transaction =
            new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
    private static PlanningHub planning;
    private static Ledger ledger;
    private static Claims claims;

    @BeforeAll
    static void aHub() throws Exception {
        Keyset keys = Keyset.open(folder.resolve("keys.json"), database.dataSource());
        JdbcDirectory directory = new JdbcDirectory(database.dataSource(), keys.cipher(), keys.hash());
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        LedgerWatch watch = StartedWatch.of(jdbc, transaction, folder);
        ledger = new Ledger(
                jdbc,
                transaction,
                new AlertPlans(jdbc, watch),
                directory,
                keys.cipher(),
                keys.hash(),
                new Wakeups(),
                new ProviderCircuits(settings(), metrics),
                new ExhaustedPeople(metrics),
                watch);
        Leases leases = new Leases(jdbc, transaction, new HubIdentity(folder.resolve("hub")), watch);
        claims = new Claims(jdbc, transaction, directory, leases, watch);
        planning = new PlanningHub(database, folder, 100);
    }

    @BeforeEach
    void twoPeopleAreToldOfOneAlert() {
        jdbc.update(
                "truncate alert, recipient, attempt_order, attempt_result, queue, lease, deadline, journal cascade");
        long alert = planning.alert("Severe", "api", "Alert", "{}");
        jdbc.update("""
                update alert set state = 'SENDING',
                    ladder = replace(ladder, '["whatsapp"]', '["whatsapp"],"deliveredWithin":"PT60S"')""");
        for (long person : new long[] {PERSON, OTHER}) {
            jdbc.update("""
                    insert into recipient (id, alert_id, person_id, lane, language, channels, state, open)
                    values (?, ?, ?, 1, 'en', '{whatsapp,sms}', 'PENDING', true)""", person, alert, person);
            jdbc.update(
                    "insert into attempt_order (id, alert_id, step, channel) values (?, ?, 0, 'whatsapp')",
                    AttemptKey.of(person, 0),
                    alert);
            jdbc.update(
                    "insert into queue (keys, channel, lane, due_at) values (array[?::bigint], 'whatsapp', 1, now())",
                    AttemptKey.of(person, 0));
        }
    }

    @AfterAll
    static void close() {
        database.close();
    }

    static Stream<DeliveryOutcome> everyOutcome() {
        return Stream.of(
                new DeliveryOutcome.Accepted("wamid.1"),
                new DeliveryOutcome.Held("wamid.1"),
                new DeliveryOutcome.Throttled("130429", Duration.ofSeconds(4)),
                new DeliveryOutcome.QuotaUsed("quota"),
                new DeliveryOutcome.Unreachable("connect"),
                new DeliveryOutcome.Unconfirmed("timeout"),
                new DeliveryOutcome.Rejected("131026", true),
                new DeliveryOutcome.OptedOut("131050"),
                new DeliveryOutcome.TemplateUnusable("132015"),
                new DeliveryOutcome.ChannelDown("131031"),
                new DeliveryOutcome.Misconfigured("100"));
    }

    @ParameterizedTest
    @MethodSource("everyOutcome")
    void whatIsWrittenIsWhatReadingThePersonAgainWouldHaveWritten(DeliveryOutcome outcome) {
        List<Fact.Outcome> both = outcomes(outcome);
        assertThat(ledger.applyFirst(List.of(both.get(0)))).isEmpty();
        ledger.apply(List.of(both.get(1)));

        assertThat(ladder(PERSON)).isEqualTo(ladder(OTHER)).isNotEqualTo("PENDING 0 true f -");
        assertThat(messages(PERSON)).isEqualTo(messages(OTHER)).isNotEmpty();
        assertThat(story(PERSON)).isEqualTo(story(OTHER)).isNotEmpty();
        assertThat(waiting(PERSON)).isEqualTo(waiting(OTHER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update recipient set state = 'CANCELLED', open = false",
                "update recipient set acknowledged_at = now(), answer = 'SAFE', answered_on = 'sms'",
                "update recipient set delivered_at = now()",
                "update recipient set step = 1",
                "update recipient set lane = 0",
                "update recipient set due_at = now() + interval '1 minute'",
                "insert into attempt_result (id, state, sent_at) select id * 32, 'SENT', now() from recipient",
                "insert into attempt_order (id, alert_id, step, channel) select id * 32 + 1, alert_id, 0, 'sms' from recipient"
            })
    void whoIsNotAnyMoreWhatTheClaimReadIsLeftToBeReadAgain(String meanwhile) {
        List<Fact.Outcome> both = outcomes(new DeliveryOutcome.Accepted("wamid.1"));
        jdbc.update(meanwhile + " where id = 7");
        String before = ladder(PERSON) + messages(PERSON);

        assertThat(ledger.applyFirst(both)).containsExactly(both.get(0));
        assertThat(ladder(PERSON) + messages(PERSON)).isEqualTo(before);
        assertThat(messages(OTHER)).containsExactly("0 ACCEPTED");

        ledger.apply(List.of(both.get(0)));
        assertThat(jdbc.queryForObject(
                        "select handed_at is not null from attempt_result where id = ?",
                        Boolean.class,
                        AttemptKey.of(PERSON, 0)))
                .isTrue();
    }

    /** The same outcome again, since its commit was not confirmed. */
    @Test
    void whatIsWrittenAlreadyChangesNothing() {
        List<Fact.Outcome> both = outcomes(new DeliveryOutcome.Accepted("wamid.1"));
        assertThat(ledger.applyFirst(both)).isEmpty();
        String before = ladder(PERSON) + messages(PERSON) + story(PERSON);

        List<Fact.Outcome> again = ledger.applyFirst(both);
        assertThat(again).hasSize(2);
        ledger.apply(again);
        assertThat(ladder(PERSON) + messages(PERSON) + story(PERSON)).isEqualTo(before);
    }

    /** It came after the statement had looked for one, and before the row was free. */
    @Test
    void aReceiptThatIsCommittedInTheMiddleOfItMakesItBeWrittenAnew() throws Exception {
        List<Fact.Outcome> both = outcomes(new DeliveryOutcome.Accepted("wamid.1"));
        try (var receipt = database.dataSource().getConnection()) {
            receipt.setAutoCommit(false);
            receipt.createStatement().execute("update recipient set answered_on = null where id = 7");
            receipt.createStatement()
                    .execute("insert into attempt_result (id, state, sent_at) values (224, 'SENT', now())");
            CompletableFuture<List<Fact.Outcome>> written =
                    CompletableFuture.supplyAsync(() -> ledger.applyFirst(both));
            Awaitility.await()
                    .until(() -> jdbc.queryForObject(
                            "select exists (select from pg_stat_activity where wait_event_type = 'Lock')",
                            Boolean.class));
            receipt.commit();
            assertThatThrownBy(written::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(DuplicateKeyException.class);
        }
        assertThat(messages(OTHER)).isEmpty();

        assertThat(ledger.applyFirst(both)).containsExactly(both.get(0));
        ledger.apply(List.of(both.get(0)));
        assertThat(messages(PERSON)).containsExactly("0 SENT");
        assertThat(story(PERSON)).containsExactly("0 accepted");
    }

    private static ProviderHealthSettings settings() {
        return new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("tocsin.circuit", ProviderHealthSettings.class);
    }

    private List<Fact.Outcome> outcomes(DeliveryOutcome outcome) {
        List<SenderLimits> sender = List.of(new SenderLimits("sender", 10, 0, 0));
        List<Claims.Claim> claimed = claims.claim(
                        new ClaimOrder("whatsapp", Lane.COUNT - 1, 10, sender, new Portfolio(0, 0), Map.of()))
                .claims();
        assertThat(claimed).hasSize(2).allMatch(claim -> claim.fresh() != null);
        return claimed.stream()
                .map(claim -> new Fact.Outcome(
                        claim.attemptId(), outcome, "sender", "flood@1", null, Instant.now(), false, 0, claim.fresh()))
                .toList();
    }

    private String ladder(long person) {
        return jdbc.queryForObject("""
                select concat_ws(' ', state, step, open, accepted_at is not null, delivered_at is not null, answer,
                    round(extract(epoch from due_at - clock_timestamp()) / 10)) from recipient where id = ?""", String.class, person);
    }

    private List<String> messages(long person) {
        return jdbc.queryForList(
                "select concat_ws(' ', id % 32, state, code) from attempt_result where id / 32 = ? order by id",
                String.class, person);
    }

    private List<String> story(long person) {
        return jdbc.queryForList(
                "select concat_ws(' ', attempt_no, what, detail) from journal_line where recipient_id = ? order by id, place",
                String.class,
                person);
    }

    /** Orders and deadlines. */
    private List<String> waiting(long person) {
        return jdbc.queryForList("""
                select concat_ws(' ', 'order', id % 32, step, channel, spare, repeat) from attempt_order where id / 32 = ?
                union all select concat_ws(' ', 'queue', k % 32, channel, lane, round(extract(epoch from due_at - clock_timestamp()) / 10))
                    from queue, unnest(keys) k where k / 32 = ?
                union all select 'deadline' from deadline where ? = any (keys) order by 1""", String.class, person, person, person);
    }
}
