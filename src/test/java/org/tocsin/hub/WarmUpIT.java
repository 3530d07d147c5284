package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.tocsin.cli.ServeCommand;
import org.tocsin.directory.ContactsCsv;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.warmup.WarmUp;

/** A hub that practises by itself: nobody is told, nothing of it is seen, and whoever is in earnest comes first. */
class WarmUpIT {
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final int MESSAGES = 10_000;
    private static final int CROWD = 120;
    private static final String FICTION = "+33639982";
    /** What would lead it to the providers, were it known to it. */
    private static final List<String> HOSTILE =
            List.of("tocsin.whatsapp.base-url", "tocsin.routes-dir", "tocsin.contacts");

    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.whatsapp.messages-per-second=10",
                "--tocsin.warm-up.messages=" + MESSAGES,
                "--tocsin.warm-up.idle-for=200ms");
        Path contacts = hub.folder.resolve("contacts.csv");
        for (int n = 0; n < CROWD; n++) {
            Files.writeString(
                    contacts,
                    "w%d,Somebody,en,%s%03d,,crowd,,,whatsapp%n".formatted(n, FICTION, n),
                    StandardOpenOption.APPEND);
        }
        hub.context.getBean(ContactsCsv.class).load(contacts);
        System.setProperty(HOSTILE.get(0), hub.simulator.whatsApp().baseUrl());
        System.setProperty(HOSTILE.get(1), "routes");
        System.setProperty(HOSTILE.get(2), contacts.toString());
    }

    @AfterAll
    static void stop() {
        HOSTILE.forEach(System::clearProperty);
        hub.close();
    }

    @Test
    void nobodyIsToldAndWhoIsInEarnestComesFirst() throws IOException {
        Path folder = hub.folder.resolve("warm-up");
        List<ILoggingEvent> logged = new CopyOnWriteArrayList<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                logged.add(event);
            }
        };
        appender.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        try {
            CompletableFuture<Integer> told = WarmUp.begin(hub.context, ServeCommand::application);
            await().atMost(LONG).until(() -> told.isDone() || Files.exists(folder.resolve("epoch")));
            assertThat(told).isNotDone();
            assertThat(journal()).isEmpty();

            assertThat(hub.postAlert(Cap.alert("Flood", "crowd")).statusCode()).isEqualTo(202);
            await().atMost(LONG).until(() -> !Files.exists(folder));
            assertThat(journal().size()).as("it gave way while these are told").isLessThan(CROWD);
            await().atMost(LONG).until(() -> journal().size() >= CROWD);

            assertThat(told.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join())
                    .as("and began again")
                    .isGreaterThanOrEqualTo(MESSAGES);
        } finally {
            root.detachAppender(appender);
        }
        assertThat(journal())
                .extracting(Sent::to)
                .doesNotHaveDuplicates()
                .hasSize(CROWD)
                .allMatch(to -> to.startsWith(FICTION));
        assertThat(hub.jdbc().queryForObject("select count(*) from alert", Long.class))
                .isOne();
        assertThat(folder).as("all of it is gone").doesNotExist();
        try (Stream<Path> programs = Files.list(hub.folder.resolve("postgres-binaries"))) {
            assertThat(programs).as("the programs were the hub's").isNotEmpty();
        }
        List<String> lines =
                logged.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(lines).anyMatch(line -> line.matches("warm-up: \\d+ messages to nobody in \\d+ s, and given way"));
        assertThat(lines).noneMatch(line -> line.contains("everybody") || line.contains("Nobody"));
        assertThat(logged).extracting(ILoggingEvent::getThreadName).doesNotContain("trial");
    }

    private static List<Sent> journal() {
        return hub.simulator.whatsApp().journal().all();
    }
}
