package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.RouteController;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.tocsin.cli.ServeCommand;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;
import org.tocsin.warmup.WarmUp;

/** A hub that practises by itself: nobody is told, nothing of it is seen, and whoever is in earnest comes first. */
class WarmUpIT {
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final int MESSAGES = 10_000;
    /** What would lead it to the providers, were it known to it. */
    private static final List<String> HOSTILE =
            List.of("tocsin.whatsapp.base-url", "tocsin.routes-dir", "tocsin.contacts");

    private static Hub hub;
    private static Person person;

    @BeforeAll
    static void start() {
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.warm-up.messages=" + MESSAGES,
                "--tocsin.warm-up.idle-for=200ms");
        person = Person.of(hub);
        System.setProperty(HOSTILE.get(0), hub.simulator.whatsApp().baseUrl());
        System.setProperty(HOSTILE.get(1), "routes");
        System.setProperty(HOSTILE.get(2), hub.folder.resolve("contacts.csv").toString());
    }

    @AfterAll
    static void stop() {
        HOSTILE.forEach(System::clearProperty);
        hub.close();
    }

    @Test
    void nobodyIsToldAndWhoIsInEarnestComesFirst() throws Exception {
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

            RouteController routes = hub.context.getBean(CamelContext.class).getRouteController();
            routes.stopRoute("deliver-whatsapp");
            assertThat(hub.postAlert(Cap.alert("Flood", person.id())).statusCode())
                    .isEqualTo(202);
            await("it gives way to what waits").atMost(LONG).until(() -> !Files.exists(folder));
            assertThat(told).isNotDone();
            routes.startRoute("deliver-whatsapp");
            await().atMost(LONG).until(() -> !journal().isEmpty());

            assertThat(told.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join())
                    .as("and began again")
                    .isGreaterThanOrEqualTo(MESSAGES);
        } finally {
            root.detachAppender(appender);
        }
        assertThat(journal()).extracting(Sent::to).containsExactly(person.phone());
        assertThat(hub.jdbc().queryForObject("select count(*) from alert", Long.class))
                .isOne();
        assertThat(folder).as("all of it is gone").doesNotExist();
        try (Stream<Path> programs = Files.list(hub.folder.resolve("postgres-binaries"))) {
            assertThat(programs).as("the programs were the hub's").isNotEmpty();
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(threads()).isEmpty());
        List<String> lines =
                logged.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(lines).anyMatch(line -> line.matches("warm-up: \\d+ messages to nobody in \\d+ s, and given way"));
        assertThat(lines).noneMatch(line -> line.contains("everybody") || line.contains("Nobody"));
        assertThat(logged).extracting(ILoggingEvent::getThreadName).doesNotContain("trial");
    }

    /** Of what is over. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() != null
                        && thread.getThreadGroup().getName().equals("warm-up"))
                .map(Thread::getName)
                .toList();
    }

    private static List<Sent> journal() {
        return hub.simulator.whatsApp().journal().all();
    }
}
