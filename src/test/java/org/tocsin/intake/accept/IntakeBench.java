package org.tocsin.intake.accept;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.DeliveryPlan;
import org.tocsin.delivery.Wakeups;
import org.tocsin.directory.ContactsCsv;
import org.tocsin.directory.Directory;
import org.tocsin.directory.JdbcDirectory;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.Normalizer;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.admission.Admission;
import org.tocsin.intake.admission.Decisions;
import org.tocsin.intake.alerts.Item;
import org.tocsin.intake.cap.CapJsonNormalizer;
import org.tocsin.intake.cap.CapSchemas;
import org.tocsin.intake.cap.CapSignatures;
import org.tocsin.intake.cap.CapXmlNormalizer;
import org.tocsin.intake.events.EventNormalizer;
import org.tocsin.intake.events.Events;
import org.tocsin.intake.heartbeats.HeartbeatRows;
import org.tocsin.intake.heartbeats.Heartbeats;
import org.tocsin.intake.hops.Echoes;
import org.tocsin.intake.hops.LedgerName;
import org.tocsin.intake.parked.Parking;
import org.tocsin.intake.parked.UnreadNormalizer;
import org.tocsin.intake.sensors.HoldClock;
import org.tocsin.intake.sensors.SensorNormalizer;
import org.tocsin.intake.sensors.Sensors;
import org.tocsin.intake.storms.BrakeSettings;
import org.tocsin.intake.storms.Storms;
import org.tocsin.message.Templates;
import org.tocsin.privacy.Keyset;
import org.tocsin.testing.TestDatabase;

/** An intake on a real database with a small directory, and a clock that the test sets. */
public final class IntakeBench implements AutoCloseable {
    public static final Principal TRIGGER = new Principal("console", Role.TRIGGER, null);
    public static final Principal OPERATOR = new Principal("olga", Role.OPERATOR, null);

    private static final String CONTACTS = """
            id,name,language,phone,email,groups,lat,lon,opt_in
            p1,Ann One,en,+33 1 99 00 10 01,one@example.org,flood-zone-a;duty,48.85,2.35,whatsapp;sms;email
            p2,Bob Two,fr,+33 1 99 00 10 02,two@example.org,flood-zone-a;staff,48.86,2.36,sms;email
            """;
    /** Not toString(), which leaves out seconds that are zero. */
    public static final DateTimeFormatter CAP_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx");

    private static final AtomicInteger NUMBER = new AtomicInteger();

    public final TestDatabase database = TestDatabase.fresh();
    public final TestClock clock = new TestClock();
    public final HikariDataSource dataSource;
    public final Intake intake;
    /** Set before an alert comes whose signature is to be looked at. */
    public volatile CapSignatures signatures = CapSignatures.none();
    /** The same. */
    public volatile CapSchemas schemas = CapSchemas.lenient();

    public final Decisions decisions;
    public final Storms storms;
    public final Parking parking;
    /** Not started: tests call what it does each round. */
    public final Heartbeats heartbeats;
    /** The same. */
    public final HoldClock holds;

    public final Sensors sensors;
    public final Events events;
    public final GroupCommit commits;
    private final Function<List<Item>, List<IntakeResult>> writer;
    private final Rehearsal rehearsal;
    public final AtomicInteger transactions = new AtomicInteger();
    /** What the ladder plan throws, to be a defect in the middle of a batch; by event. */
    public volatile @Nullable String brokenEvent;

    public IntakeBench() {
        this(Path.of("config/sensors.yaml"));
    }

    public IntakeBench(Path sensorFile) {
        this(sensorFile, BrakeSettings.off());
    }

    public IntakeBench(Path sensorFile, Path eventFile) {
        this(sensorFile, eventFile, BrakeSettings.off());
    }

    public IntakeBench(BrakeSettings brake) {
        this(Path.of("config/sensors.yaml"), brake);
    }

    private IntakeBench(Path sensorFile, BrakeSettings brake) {
        this(sensorFile, Path.of("config/events.yaml"), brake);
    }

    private IntakeBench(Path sensorFile, Path eventFile, BrakeSettings brake) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(database.url());
        pool.setUsername("postgres");
        pool.setMaximumPoolSize(4);
        pool.setConnectionTimeout(1_000);
        pool.setInitializationFailTimeout(-1);
        dataSource = new HikariDataSource(pool);
        Keyset keys = Keyset.open(temporary("keys", null), dataSource);
        new ContactsCsv(dataSource, keys.cipher(), keys.hash(), "FR", "en", 1.0)
                .load(temporary("contacts.csv", CONTACTS));
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
        IntakeSettings settings = new IntakeSettings(
                "main",
                sensorFile,
                eventFile,
                Duration.ofSeconds(5),
                Duration.ofDays(7),
                List.of("duty"),
                null,
                null,
                Duration.ofMinutes(1));
        Directory directory = new JdbcDirectory(dataSource, keys.cipher(), keys.hash());
        Templates templates = Templates.load(Path.of("config/templates"), ZoneId.of("Europe/Paris"));
        DeliveryPlan plan = alert -> {
            if (brokenEvent != null && brokenEvent.equals(alert.event())) {
                throw new IllegalStateException("a defect");
            }
            return "{\"rungs\":[]}";
        };
        var maxAge = new IntakeSettings.MaxAge(
                Duration.ofHours(24), Duration.ofHours(12), Duration.ofHours(6), Duration.ofHours(3));
        Admission admission = new Admission(directory, templates, plan, maxAge, settings.players());
        parking = new Parking(jdbc, manager, keys.cipher(), keys.hash(), settings);
        sensors = Sensors.read(sensorFile);
        events = Events.read(eventFile, sensors);
        TransactionTemplate transaction = new TransactionTemplate(manager);
        IntakeTransaction batch = new IntakeTransaction(jdbc, settings, brake, admission, parking, clock);
        heartbeats = Heartbeats.of(
                new HeartbeatRows(jdbc, transaction, "main"), Map.of("feed-x", Duration.ofMinutes(10)), sensors);
        rehearsal = new Rehearsal(jdbc, new TransactionTemplate(manager), batch);
        writer = items -> transaction.execute(status -> {
            transactions.incrementAndGet();
            return batch.apply(items);
        });
        commits = new GroupCommit(writer, () -> {});
        intake = intake(sensors, commits);
        decisions = new Decisions(jdbc, transaction, settings, brake, admission, new Wakeups(), clock);
        storms = new Storms(jdbc, transaction, "main", IntakeConfiguration.released(decisions));
        holds = new HoldClock(jdbc, intake, parking, settings);
        intake.start();
    }

    private Intake intake(Sensors sensors, GroupCommit commits) {
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        return new Intake(
                List.of(
                        judging(Format.CAP_XML, () -> new CapXmlNormalizer(signatures, schemas)),
                        judging(Format.CAP_JSON, () -> new CapJsonNormalizer(signatures, schemas)),
                        new SensorNormalizer(sensors),
                        new EventNormalizer(events),
                        new UnreadNormalizer()),
                commits,
                parking,
                heartbeats,
                new Echoes(new LedgerName(jdbc), jdbc),
                clock,
                Duration.ofSeconds(5),
                rehearsal);
    }

    /** With what is set when a submission comes. */
    private static Normalizer judging(Format format, Supplier<Normalizer> now) {
        return new Normalizer() {
            @Override
            public Format format() {
                return format;
            }

            @Override
            public Trigger normalise(Submission submission, Instant at) throws UnacceptableSubmission {
                return now.get().normalise(submission, at);
            }
        };
    }

    /** The same hub after a restart with this file of sensors. */
    public Intake restarted(Path sensorFile) {
        Intake again = intake(Sensors.read(sensorFile), new GroupCommit(writer, () -> {}));
        again.start();
        return again;
    }

    public JdbcClient jdbc() {
        return database.jdbc();
    }

    public String one(String sql, Object... parameters) {
        return String.valueOf(
                jdbc().sql(sql).params(List.of(parameters)).query().singleValue());
    }

    public long count(String from) {
        return Long.parseLong(one("select count(*) from " + from));
    }

    public String state(long id) {
        return one("select state from alert where id = ?", id);
    }

    public IntakeResult send(Cap cap) throws UnacceptableSubmission {
        return intake.accept(submission(cap));
    }

    public static Submission submission(Cap cap) {
        return submission(Submission.API, cap, TRIGGER);
    }

    public static Submission submission(String source, Cap cap, Principal principal) {
        return new Submission(
                source, Format.CAP_JSON, cap.json().getBytes(StandardCharsets.UTF_8), Map.of(), principal, null);
    }

    public Submission reading(String topic, String json) {
        return reading(topic, json, clock.instant());
    }

    public static Submission reading(String topic, String json, Instant arrived) {
        return new Submission(
                "mqtt-sensors",
                Format.MAPPED_JSON,
                json.getBytes(StandardCharsets.UTF_8),
                Map.of(Submission.TOPIC, topic, Submission.ARRIVED_AT, String.valueOf(arrived.toEpochMilli())),
                TRIGGER,
                null);
    }

    public static Principal speakingFor(String pattern) {
        return new Principal("bound", Role.TRIGGER, Pattern.compile(pattern));
    }

    public static Path temporary(String name, @Nullable String content) {
        try {
            Path file = Files.createTempDirectory("intake" + NUMBER.incrementAndGet())
                    .resolve(name);
            if (content != null) {
                Files.writeString(file, content);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        intake.stop();
        dataSource.close();
        database.close();
    }

    /** An alert in the words of CAP; every {@code with} gives another. */
    public record Cap(
            String identifier,
            String sender,
            String sent,
            String status,
            String msgType,
            String addresses,
            String references,
            String event,
            String headline,
            String severity,
            @Nullable String expires) {

        public static Cap alert(String identifier) {
            return new Cap(
                    identifier,
                    "ops@example.org",
                    OffsetDateTime.now(ZoneOffset.UTC).format(CAP_TIME),
                    "Actual",
                    "Alert",
                    "flood-zone-a",
                    "",
                    "Flood",
                    "Water rises",
                    "Severe",
                    null);
        }

        public Cap cancel(String newIdentifier) {
            return follow(newIdentifier, "Cancel");
        }

        public Cap update(String newIdentifier) {
            return follow(newIdentifier, "Update");
        }

        private Cap follow(String newIdentifier, String type) {
            return new Cap(
                    newIdentifier,
                    sender,
                    sent,
                    status,
                    type,
                    addresses,
                    sender + "," + identifier + "," + sent,
                    event,
                    headline,
                    severity,
                    expires);
        }

        public Cap with(String what, String value) {
            return new Cap(
                    what.equals("identifier") ? value : identifier,
                    what.equals("sender") ? value : sender,
                    what.equals("sent") ? value : sent,
                    what.equals("status") ? value : status,
                    what.equals("msgType") ? value : msgType,
                    what.equals("addresses") ? value : addresses,
                    what.equals("references") ? value : references,
                    what.equals("event") ? value : event,
                    what.equals("headline") ? value : headline,
                    what.equals("severity") ? value : severity,
                    what.equals("expires") ? value : expires);
        }

        public String json() {
            return """
                    {"identifier": "%s", "sender": "%s", "sent": "%s", "status": "%s", "msgType": "%s",
                     "scope": "Private", "addresses": "%s", "references": "%s",
                     "info": [{"category": ["Met"], "event": "%s", "urgency": "Immediate", "severity": "%s",
                               "certainty": "Observed", "headline": "%s"%s}]}
                    """.formatted(
                            identifier,
                            sender,
                            sent,
                            status,
                            msgType,
                            addresses,
                            references,
                            event,
                            severity,
                            headline,
                            expires == null ? "" : ", \"expires\": \"" + expires + "\"");
        }
    }

    /** Stands still until it is told otherwise. */
    public static final class TestClock extends Clock {
        private volatile Instant now = Instant.now();

        public void advance(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
