package org.tocsin.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.commons.io.FileUtils;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.delivery.DeliveryPlan;
import org.tocsin.delivery.LedgerClock;
import org.tocsin.delivery.Wakeups;
import org.tocsin.directory.ContactsCsv;
import org.tocsin.directory.Directory;
import org.tocsin.directory.JdbcDirectory;
import org.tocsin.embedded.BrokerServer;
import org.tocsin.embedded.BrokerSettings;
import org.tocsin.embedded.DataFolder;
import org.tocsin.message.Templates;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.privacy.Keyset;
import org.tocsin.privacy.LookupHash;
import org.tocsin.privacy.Secret;

/** The way of a trigger up to its commit, with real servers: MQTT and JMS broker, HTTP server, database, routes. */
public final class IntakeHub implements AutoCloseable {
    /** Keeps the beans of this class out of hubs that look for theirs in all of org.tocsin. */
    public static final String PROFILE = "intake-hub";

    public static final String TRIGGER_KEY = "a-trigger";
    public static final String BOUND_KEY = "a-bound-trigger";
    public static final String OPERATOR_KEY = "an-operator";

    /** As CAP wants it; not toString(), which leaves out seconds that are zero. */
    public static final DateTimeFormatter CAP_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx");

    /** An alert of this event is more than these hubs can take, while {@link #defect} is true. */
    public static final String DEFECT = "Defect";

    public static final AtomicBoolean defect = new AtomicBoolean();

    private static final String CONTACTS = """
            id,name,language,phone,email,groups,lat,lon,opt_in
            p1,Ann One,en,+33 1 99 00 10 01,one@example.org,flood-zone-a;duty,48.85,2.35,whatsapp;sms;email
            """;
    private static final String SENSORS = """
              - name: alertmanager
                source: hook:monitor
                device: /groupKey
                value: /status
                sender: alertmanager@example.org
                event: Outage
                category: Infra
                levels: [{raise-on: [firing], severity: Moderate}]
                clear-on: [resolved]
                addresses: [flood-zone-a]
                text: {en: {headline: "{{/title}} on {{device}}"}}
              - name: plant-gauge
                source: kafka-triggers
                topic: plant/gauges
                device: /gauge
                value: /level
                sender: plant@example.org
                event: Flood
                category: Met
                levels: [{raise-at: 4, severity: Moderate}]
                clear-at: 3
                addresses: [flood-zone-a]
                text: {en: {headline: "{{device}} at {{value}}"}}
              - name: outside-gauge
                source: mqtt-outside
                topic: plant/*/level
                device: /gauge
                value: /level
                sender: plant@example.org
                event: Flood
                category: Met
                levels: [{raise-at: 4, severity: Moderate}]
                clear-at: 3
                addresses: [flood-zone-a]
                text: {en: {headline: "{{device}} at {{value}}"}}
              - name: last-will
                source: mqtt-sensors
                topic: sensors/*/*/status
                format: text
                device-level: -2
                sender: sensors@example.org
                event: Sensor away
                levels: [{raise-on: [offline], severity: Minor}]
                clear-on: [online]
                hold: 2s
                addresses: [duty]
                text: {en: {headline: "{{device}} is {{value}}"}}
              - name: senml
                source: mqtt-sensors
                topic: sensors/*/senml
                format: senml
                when: {at: /n, words: ["*:level"]}
                sender: sensors@example.org
                event: Flood
                levels: [{raise-at: 4.0, severity: Severe}]
                clear-at: 3.5
                addresses: [flood-zone-a]
                text: {en: {headline: "{{device}} at {{value}}"}}
            """;

    public final TestDatabase database = TestDatabase.fresh();
    public final BrokerServer broker;
    private final Path folder;
    private final DataFolder data;
    private final ConfigurableApplicationContext context;

    /** @param more arguments; one of ours with the same key gives way */
    public IntakeHub(String... more) {
        try {
            folder = Files.createTempDirectory("hub");
            Path sensors = folder.resolve("sensors.yaml");
            Files.writeString(sensors, Files.readString(Path.of("config/sensors.yaml")) + SENSORS);
            data = DataFolder.claim(folder.resolve("data"));
            broker = BrokerServer.start(
                    data,
                    new BrokerSettings(
                            "",
                            "",
                            null,
                            "127.0.0.1",
                            "",
                            0,
                            0,
                            0,
                            0,
                            List.of(
                                    Secret.of("sensor:sensor:sensor"),
                                    Secret.of("desk:desk:incident"),
                                    Secret.of("tool:tool:events"))));
            context = new SpringApplicationBuilder(App.class)
                    .profiles(PROFILE)
                    .web(WebApplicationType.SERVLET)
                    // As arguments, because ./config is read too.
                    .run(arguments(
                            more,
                            "--server.port=0",
                            "--server.address=127.0.0.1",
                            "--management.server.port=-1",
                            "--spring.jmx.enabled=false",
                            "--spring.lifecycle.timeout-per-shutdown-phase=5s",
                            "--camel.main.routes-include-pattern=file:routes/intake-*.camel.yaml,"
                                    + "file:routes/accept-alert.camel.yaml,file:routes/publish-*.camel.yaml,"
                                    + "file:routes/error-handling.camel.yaml",
                            "--camel.main.shutdown-timeout=5",
                            "--tocsin.intake.sensors=" + sensors,
                            "--tocsin.intake.commit-timeout=4s",
                            "--tocsin.intake.stuck-after=2s",
                            // Tests say the same many times.
                            "--tocsin.intake.brake.alerts=0",
                            "--tocsin.intake.brake.one-cause=0",
                            "--tocsin.intake.brake.identical-for=0s",
                            "--tocsin.broker.url=" + broker.url(),
                            "--tocsin.broker.username=" + broker.username(),
                            "--tocsin.broker.password=" + broker.password().reveal(),
                            "--tocsin.api.keys[0]=console:" + sha256(TRIGGER_KEY) + ":trigger",
                            "--tocsin.api.keys[1]=olga:" + sha256(OPERATOR_KEY) + ":operator",
                            "--tocsin.api.keys[2]=hydro:" + sha256(BOUND_KEY) + ":trigger:hydro@.*",
                            "--tocsin.data-dir=" + folder.resolve("hub"),
                            "--test.database=" + database.url()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] arguments(String[] more, String... own) {
        Map<String, String> byKey = new LinkedHashMap<>();
        Stream.of(own, more).flatMap(Stream::of).forEach(a -> byKey.put(a.substring(0, a.indexOf('=')), a));
        return byKey.values().toArray(String[]::new);
    }

    public int port() {
        return ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public JdbcClient jdbc() {
        return database.jdbc();
    }

    /** As while it starts, or is told to stop. */
    public void ready(boolean ready) {
        AvailabilityChangeEvent.publish(
                context, ready ? ReadinessState.ACCEPTING_TRAFFIC : ReadinessState.REFUSING_TRAFFIC);
    }

    public long count(String from) {
        return jdbc().sql("select count(*) from " + from).query(Long.class).single();
    }

    @Override
    public void close() {
        context.close();
        broker.close();
        data.close();
        database.close();
        FileUtils.deleteQuietly(folder.toFile());
    }

    /** What is sent by a test. */
    @FunctionalInterface
    public interface Sending {
        void send() throws Exception;
    }

    /** No transaction of the intake ends meanwhile, so that what comes behind a first one waits and is taken together. */
    public void whileTheLedgerWaits(Sending sending) throws Exception {
        try (Connection lock = database.dataSource().getConnection();
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("lock table intake_count in access exclusive mode");
            sending.send();
            lock.rollback();
        }
    }

    public static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Configuration
    @Profile(PROFILE)
    @EnableAutoConfiguration(exclude = FlywayAutoConfiguration.class)
    @ComponentScan(
            basePackages = "org.tocsin",
            useDefaultFilters = false,
            includeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern = {
                                "org\\.tocsin\\.intake\\.\\w+\\.(CapXmlNormalizer|CapJsonNormalizer|SensorNormalizer|EventNormalizer"
                                        + "|UnreadNormalizer|Parking|IntakeConfiguration|HoldClock)",
                                "org\\.tocsin\\.api\\.(Keyring|ApiConfiguration|HookProofs|ApiFailures|AlertsController|AlertView"
                                        + "|DecisionsController|ParkedController|StormsController|SubscriptionsController)",
                                "org\\.tocsin\\.delivery\\.HubIdentity",
                                "org\\.tocsin\\.feed\\.FeedConfiguration",
                                "org\\.tocsin\\.publish\\.PublishConfiguration",
                                "org\\.tocsin\\.routing\\.(AcceptAlert|ExchangeSubmission|IntakeAnswer|BrokerAccess|MqttOutsideComponent|TriggerPlaces"
                                        + "|FeedRound|AlertEventsComponent|WebhookPost|JmsBatches)"
                            }))
    public static class App {
        @Bean
        DataSource dataSource(org.springframework.core.env.Environment environment) {
            HikariConfig pool = new HikariConfig();
            pool.setJdbcUrl(environment.getRequiredProperty("test.database"));
            pool.setUsername("postgres");
            pool.setMaximumPoolSize(8);
            pool.setConnectionTimeout(1_000);
            return new HikariDataSource(pool);
        }

        @Bean
        Keyset keyset(DataSource dataSource) throws IOException {
            return Keyset.open(Files.createTempDirectory("keys").resolve("keys.json"), dataSource);
        }

        @Bean
        AddressCipher cipher(Keyset keys) {
            return keys.cipher();
        }

        @Bean
        LookupHash hash(Keyset keys) {
            return keys.hash();
        }

        @Bean
        Directory directory(DataSource dataSource, Keyset keys) throws IOException {
            Path file = Files.createTempDirectory("contacts").resolve("contacts.csv");
            Files.writeString(file, CONTACTS);
            new ContactsCsv(dataSource, keys.cipher(), keys.hash(), "FR", "en", 1.0).load(file);
            return new JdbcDirectory(dataSource, keys.cipher(), keys.hash());
        }

        @Bean
        Templates templates() {
            return Templates.load(Path.of("config/templates"), ZoneId.of("Europe/Paris"));
        }

        @Bean
        DeliveryPlan plan() {
            return alert -> {
                if (alert.event().equals(DEFECT) && defect.get()) {
                    throw new IllegalStateException("a defect of ours");
                }
                return "{\"rungs\":[]}";
            };
        }

        /** That of this machine, on which the database is too. */
        @Bean
        LedgerClock clock() {
            return new LedgerClock() {
                @Override
                public Clock running() {
                    return Clock.systemUTC();
                }

                @Override
                public Clock asked() {
                    return Clock.systemUTC();
                }
            };
        }

        @Bean
        Wakeups wakeups() {
            return new Wakeups();
        }

        @Bean
        WhatsAppStandIn whatsAppStandIn() {
            return new WhatsAppStandIn();
        }
    }

    /** Owns an exact path below /hooks, as the WhatsApp webhook does. */
    @RestController
    @Profile(PROFILE)
    static class WhatsAppStandIn {
        @GetMapping("/hooks/whatsapp")
        String handshake() {
            return "handshake";
        }

        @org.springframework.web.bind.annotation.PostMapping("/hooks/whatsapp")
        String receipts() {
            return "receipts";
        }
    }
}
