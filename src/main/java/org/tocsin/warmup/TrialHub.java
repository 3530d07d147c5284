package org.tocsin.warmup;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.io.FileUtils;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.web.context.support.StandardServletEnvironment;
import org.tocsin.delivery.LedgerClock;

/**
 * A hub with everything of its own: database, keys, people, texts, routes, and a provider that tells nobody. It sees
 * neither the files of {@code config/} and {@code routes/} nor the environment nor the command line of this process.
 */
final class TrialHub implements AutoCloseable {
    static final int PEOPLE = 500;

    private static final List<String> FILES = List.of(
            "delivery-plan.yaml",
            "events.yaml",
            "sensors.yaml",
            "templates/index.yaml",
            "templates/notice/en.yaml",
            "routes/accept-alert.camel.yaml",
            "routes/deliver.camel.yaml");
    /** Of a range that ARCEP keeps for fiction: nobody has these. */
    private static final String PERSON = "n%04d,Nobody,en,+3319900%04d,,everybody,0,0,whatsapp%n";

    private static final String ALERT = """
            {"identifier":"%s","sender":"warm-up@tocsin.example","sent":"%s","status":"Actual","msgType":"Alert",
             %s,
             "info":[{"language":"en","category":["Met"],"event":"Flood","urgency":"Immediate","severity":"Severe",
             "certainty":"Observed","headline":"Flood in a town that is not there",
             "instruction":"Go to higher ground now.",
             "area":[{"areaDesc":"Nowhere","polygon":["-1,-1 -1,1 1,1 1,-1 -1,-1"]}]}]}""";
    /** Whom: by turns a group, and an area. */
    private static final List<String> WHOM =
            List.of("\"scope\":\"Private\",\"addresses\":[\"everybody\"]", "\"scope\":\"Public\"");

    private static final int ACCEPTED = 202;
    private static final int PATIENCE_MILLIS = 10_000;

    private final Path folder;
    private final Nobody nobody;
    private final ConfigurableApplicationContext context;
    private final String key;
    private int alerts;

    private TrialHub(Path folder, Nobody nobody, ConfigurableApplicationContext context, String key) {
        this.folder = folder;
        this.nobody = nobody;
        this.context = context;
        this.key = key;
    }

    /**
     * @param folder for all that it keeps, until it is closed
     * @param programs of PostgreSQL, unpacked; where there are none, they are unpacked again
     */
    static TrialHub start(SpringApplication application, Path folder, Path programs) throws Exception {
        Nobody nobody = new Nobody();
        try {
            prepare(folder, programs, nobody.baseUrl());
            String key = UUID.randomUUID().toString();
            application.setEnvironment(new NoEnvironment());
            // It would set up the log of the whole process anew.
            application.setListeners(application.getListeners().stream()
                    .filter(listener -> !(listener instanceof LoggingApplicationListener))
                    .toList());
            application.setLogStartupInfo(false);
            return new TrialHub(folder, nobody, application.run(arguments(folder, nobody.baseUrl(), key)), key);
        } catch (Exception | Error e) {
            nobody.close();
            clear(folder);
            throw e;
        }
    }

    private static void prepare(Path folder, Path programs, String nobody) throws IOException {
        for (String name : FILES) {
            Path file = folder.resolve(name);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            try (InputStream in = Objects.requireNonNull(TrialHub.class.getResourceAsStream("/warm-up/" + name))) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                Files.writeString(file, text.replace("@nobody@", nobody));
            }
        }
        StringBuilder contacts = new StringBuilder("id,name,language,phone,email,groups,lat,lon,opt_in\n");
        for (int n = 0; n < PEOPLE; n++) {
            contacts.append(PERSON.formatted(n, n));
        }
        Files.writeString(folder.resolve("contacts.csv"), contacts);
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("postgres.conf"), "shared_buffers = 32MB\nmax_wal_size = 128MB\n");
        Path link = data.resolve(programs.getFileName());
        if (Files.isDirectory(programs) && !Files.exists(link)) {
            Files.createSymbolicLink(link, programs.toAbsolutePath());
        }
    }

    private static String[] arguments(Path folder, String nobody, String key) {
        return new String[] {
            "--spring.config.location=classpath:/application.yaml",
            "--spring.datasource.hikari.pool-name=warm-up",
            "--server.port=0",
            "--management.server.port=-1",
            "--management.metrics.use-global-registry=false",
            "--camel.main.name=warm-up",
            // A broker of somebody else, whom nothing here calls: none is started.
            "--tocsin.broker.url=tcp://127.0.0.1:9",
            "--tocsin.data-dir=" + folder.resolve("data"),
            "--tocsin.watch.epoch-file=" + folder.resolve("epoch"),
            "--tocsin.routes-dir=" + folder.resolve("routes"),
            "--tocsin.contacts=" + folder.resolve("contacts.csv"),
            "--tocsin.delivery-plan=" + folder.resolve("delivery-plan.yaml"),
            "--tocsin.templates=" + folder.resolve("templates"),
            "--tocsin.intake.events=" + folder.resolve("events.yaml"),
            "--tocsin.intake.sensors=" + folder.resolve("sensors.yaml"),
            "--tocsin.prices=",
            "--tocsin.intake.brake.alerts=0",
            "--tocsin.intake.brake.one-cause=0",
            "--tocsin.intake.brake.identical-for=0s",
            "--tocsin.whatsapp.base-url=" + nobody,
            "--tocsin.whatsapp.phone-number-id=1",
            "--tocsin.whatsapp.access-token=" + UUID.randomUUID(),
            "--tocsin.whatsapp.app-secret=" + UUID.randomUUID(),
            "--tocsin.whatsapp.verify-token=" + UUID.randomUUID(),
            "--tocsin.email.host=127.0.0.1",
            "--tocsin.email.from=nobody@tocsin.example",
            "--tocsin.api.keys[0]=warm-up:" + DigestUtils.sha256Hex(key) + ":trigger"
        };
    }

    /** One alert to {@link #PEOPLE}; returns when it is durable. */
    void alert() throws IOException {
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        HttpURLConnection call = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/api/alerts").toURL().openConnection();
        call.setRequestMethod("POST");
        call.setConnectTimeout(PATIENCE_MILLIS);
        call.setReadTimeout(PATIENCE_MILLIS);
        call.setDoOutput(true);
        call.setRequestProperty("Authorization", "Bearer " + key);
        call.setRequestProperty("Content-Type", "application/json");
        String now = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx")
                .format(context.getBean(LedgerClock.class).running().instant().atOffset(ZoneOffset.UTC));
        try (OutputStream out = call.getOutputStream()) {
            out.write(ALERT.formatted(UUID.randomUUID(), now, WHOM.get(alerts++ % WHOM.size()))
                    .getBytes(StandardCharsets.UTF_8));
        }
        if (call.getResponseCode() != ACCEPTED) {
            throw new IOException("its own alert was answered with " + call.getResponseCode());
        }
        call.getInputStream().close();
    }

    /** What the provider who tells nobody has accepted so far. */
    int messages() {
        return nobody.messages();
    }

    @Override
    public void close() {
        Vertx client = context.getBean(Vertx.class);
        context.close();
        client.close(); // a hub leaves it to the end of its process
        nobody.close();
        clear(folder);
    }

    /** The programs are the real hub's, and only linked to. */
    private static void clear(Path folder) {
        FileUtils.deleteQuietly(folder.toFile());
    }

    /** Neither environment variables nor system properties: what is not said here is not known. */
    private static final class NoEnvironment extends StandardServletEnvironment {
        @Override
        protected void customizePropertySources(MutablePropertySources sources) {
            // none
        }
    }
}
