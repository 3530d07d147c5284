package org.tocsin.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;

/**
 * What a person on duty watches: what waits in the ledger, and for how long. All hubs on one database show the same, so
 * a query takes the {@code max} of them. Read every {@link #PERIOD}, by index, and bounded: whatever waits, a look costs
 * milliseconds. While the database is away the last values stand, and {@code tocsin_ledger_seen_seconds} grows.
 */
@Component
@DependsOnDatabaseInitialization
class LedgerGauges extends WorkingBean {
    static final Duration PERIOD = Duration.ofSeconds(10);

    /** Rows of the queue counted for each channel and lane, of up to 100 messages each; more than that is shown as that. */
    private static final int MOST_ROWS = 5_000;

    private static final int MOST = 100_000;

    private static final String QUEUE = """
            select c.channel, l.lane,
                (select coalesce(sum(cardinality(few.keys)), 0) from (
                    select q.keys from queue q where q.channel = c.name and q.lane = l.lane
                        and q.due_at <= statement_timestamp() order by q.due_at limit ?) few),
                coalesce((select extract(epoch from statement_timestamp() - q.due_at) from queue q
                    where q.channel = c.name and q.lane = l.lane and q.due_at <= statement_timestamp()
                    order by q.due_at limit 1), 0)
            from unnest(?::text[], ?::text[]) c (channel, name) cross join generate_series(0, ?) l (lane)""";

    private static final String ALERTS = """
            select s.state, few.n, few.age
            from unnest(array['HELD', 'PENDING_APPROVAL', 'PLANNING', 'SENDING']) s (state)
            cross join lateral (select count(*) as n,
                coalesce(extract(epoch from statement_timestamp() - min(received_at)), 0) as age
                from (select received_at from alert a where a.state = s.state and a.closed_at is null limit ?) bounded) few""";

    /** The sources are those of the configuration; hooks are named in a path, by whoever has a key. */
    private static final String TRIGGERS = """
            select s.source, o.outcome, o.n from (
                select source, sum(accepted) as accepted, sum(held) as held, sum(grouped) as grouped,
                    sum(silent) as silent, sum(again) as again, sum(refused) as refused
                from intake_count group by source order by source limit 100) s
            cross join lateral (values ('accepted', s.accepted), ('held', s.held), ('grouped', s.grouped),
                ('silent', s.silent), ('again', s.again), ('refused', s.refused)) as o (outcome, n)""";

    private static final String OTHERS = """
            select (select count(*) from (select from parked where state = 'PARKED' limit ?) few),
                (select count(*) from (select from inbox limit ?) few),
                coalesce((select extract(epoch from statement_timestamp() - received_at) from inbox order by id limit 1), 0),
                coalesce((select extract(epoch from statement_timestamp() - due_at) from duty_notice
                    where told_at is null and due_at <= statement_timestamp() order by due_at limit 1), 0),
                (select count(*) from (select from alert where cause_id is not null and state = 'HELD' limit ?) few)""";

    private record Others(double parked, double letters, double oldestLetter, double oldestNotice, double braked) {}

    private final JdbcTemplate jdbc;
    private final List<String> channels;
    private final MultiGauge messages;
    private final MultiGauge oldestMessage;
    private final MultiGauge setAside;
    private final MultiGauge alerts;
    private final MultiGauge oldestAlert;
    private final MultiGauge triggers;
    private volatile Others others = new Others(0, 0, 0, 0, 0);
    private volatile long seen = System.nanoTime();

    LedgerGauges(JdbcTemplate jdbc, List<DeliveryChannel> channels, MeterRegistry metrics) {
        super("ledger-gauges");
        this.jdbc = jdbc;
        this.channels = channels.stream().map(DeliveryChannel::name).toList();
        messages = multi(metrics, "tocsin.queue.messages", "Messages that are due and not yet claimed");
        oldestMessage = multi(metrics, "tocsin.queue.oldest.seconds", "For how long the first of them has been due");
        setAside = multi(metrics, "tocsin.queue.set.aside", "Messages that wait until their provider works again");
        alerts = multi(metrics, "tocsin.alerts", "Alerts that are not closed");
        oldestAlert = multi(metrics, "tocsin.alerts.oldest.seconds", "Since the first of them was received");
        triggers = multi(metrics, "tocsin.intake.triggers", "Triggers ever, and what became of them");
        single(metrics, "tocsin.storm.waiting", "Alerts that the brake holds for a person", g -> g.others.braked);
        single(metrics, "tocsin.parked.triggers", "Triggers that became no alert", g -> g.others.parked);
        single(metrics, "tocsin.inbox.letters", "Receipts and replies kept, not yet applied", g -> g.others.letters);
        single(metrics, "tocsin.inbox.oldest.seconds", "Age of the first of them", g -> g.others.oldestLetter);
        single(
                metrics,
                "tocsin.duty.notice.overdue.seconds",
                "For how long a notice to the people on duty has been due",
                g -> g.others.oldestNotice);
        single(
                metrics,
                "tocsin.ledger.seen.seconds",
                "Since the database answered the look that these gauges are made from",
                g -> (System.nanoTime() - g.seen) / 1e9);
    }

    private static MultiGauge multi(MeterRegistry metrics, String name, String description) {
        return MultiGauge.builder(name).description(description).register(metrics);
    }

    private void single(
            MeterRegistry metrics,
            String name,
            String description,
            java.util.function.ToDoubleFunction<LedgerGauges> value) {
        Gauge.builder(name, this, value).description(description).register(metrics);
    }

    @Override
    protected void round() throws InterruptedException {
        look();
        Thread.sleep(PERIOD.toMillis());
    }

    void look() {
        List<MultiGauge.Row<?>> waiting = new ArrayList<>();
        List<MultiGauge.Row<?>> since = new ArrayList<>();
        queue(channels, row -> {
            waiting.add(MultiGauge.Row.of(place(row), row.getDouble(3)));
            since.add(MultiGauge.Row.of(place(row), row.getDouble(4)));
        });
        List<MultiGauge.Row<?>> aside = new ArrayList<>();
        queue(
                channels.stream().map(ProviderCircuit::waiting).toList(),
                row -> aside.add(MultiGauge.Row.of(place(row), row.getDouble(3))));
        List<MultiGauge.Row<?>> open = new ArrayList<>();
        List<MultiGauge.Row<?>> received = new ArrayList<>();
        jdbc.query(
                ALERTS,
                (RowCallbackHandler) row -> {
                    Tags state = Tags.of("state", row.getString(1));
                    open.add(MultiGauge.Row.of(state, row.getDouble(2)));
                    received.add(MultiGauge.Row.of(state, row.getDouble(3)));
                },
                MOST);
        others = jdbc.queryForObject(
                OTHERS,
                (row, n) -> new Others(
                        row.getDouble(1), row.getDouble(2), row.getDouble(3), row.getDouble(4), row.getDouble(5)),
                MOST,
                MOST,
                MOST);
        List<MultiGauge.Row<?>> came = new ArrayList<>();
        jdbc.query(TRIGGERS, (RowCallbackHandler) row -> came.add(
                MultiGauge.Row.of(Tags.of("source", row.getString(1), "outcome", row.getString(2)), row.getDouble(3))));
        triggers.register(came, true);
        messages.register(waiting, true);
        oldestMessage.register(since, true);
        setAside.register(aside, true);
        alerts.register(open, true);
        oldestAlert.register(received, true);
        seen = System.nanoTime();
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    /** @param names under which the work of each channel stands in the queue */
    private void queue(List<String> names, RowReader reader) {
        jdbc.query(
                QUEUE,
                row -> {
                    reader.read(row);
                },
                MOST_ROWS,
                channels.toArray(String[]::new),
                names.toArray(String[]::new),
                Lane.COUNT - 1);
    }

    private static Tags place(ResultSet row) throws SQLException {
        return Tags.of("channel", row.getString(1), "lane", row.getString(2));
    }
}
