package org.tocsin.embedded;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;
import org.tocsin.privacy.Secret;

/**
 * Starts what is configured nowhere else: the data folder, PostgreSQL (unless {@code spring.datasource.url} is set),
 * the broker (unless {@code tocsin.broker.url} is set), and in the demo the simulators; their addresses are put before
 * all other configuration. Database and broker start while Spring goes on; what asks for their address waits for them.
 *
 * <p>They stop in the opposite order, after the last bean of the context was destroyed, and also when the start fails.
 */
public final class EmbeddedServers
        implements ApplicationContextInitializer<ConfigurableApplicationContext>, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedServers.class);

    private static final List<String> DATABASE_KEYS =
            List.of("spring.datasource.url", "spring.datasource.username", "spring.datasource.password");
    private static final List<String> BROKER_KEYS = List.of(
            "tocsin.broker.url",
            "tocsin.broker.username",
            "tocsin.broker.password",
            "local.broker.jms-port",
            "local.broker.mqtt-port",
            "local.broker.amqp-port",
            "local.broker.stomp-port");

    private final DemoServers demoServers;
    private final EarlyCheck earlyCheck;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private boolean closed;

    public EmbeddedServers(DemoServers demoServers) {
        this(demoServers, environment -> {});
    }

    /** @param earlyCheck asked before anything is started */
    public EmbeddedServers(DemoServers demoServers, EarlyCheck earlyCheck) {
        this.demoServers = demoServers;
        this.earlyCheck = earlyCheck;
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        var beans = (DefaultListableBeanFactory) context.getBeanFactory();
        // The first to be registered is the last to be destroyed.
        beans.registerDisposableBean("embeddedServers", this::close);
        try {
            start(environment, new Preflight(environment).check(), beans);
        } catch (RuntimeException | Error e) {
            // The context was not refreshed yet, and destroys nothing.
            close();
            throw e;
        }
    }

    private synchronized void start(
            ConfigurableEnvironment environment, HubSettings hub, DefaultListableBeanFactory beans) {
        if (closed) {
            throw new StartRefused("Stopped before it had started");
        }
        BrokerSettings brokerSettings = brokerSettings(environment, hub);
        if (brokerSettings.embedded()) {
            BrokerServer.requireFree(brokerSettings);
        }
        earlyCheck.check(environment);
        AddressesOfServers addresses = new AddressesOfServers();
        boolean ownDatabase = !StringUtils.hasText(environment.getProperty("spring.datasource.url"));
        // Also when nothing of ours is in it: it says who this hub is, and two hubs of one name would take each other's
        // claims for abandoned.
        DataFolder data = keep(DataFolder.claim(Path.of(hub.dataDir())));
        if (ownDatabase) {
            int port = hub.database().port();
            addresses.add(
                    DATABASE_KEYS,
                    starting("embedded-postgres", () -> PostgresServer.start(data, port))
                            .thenApply(EmbeddedServers::addresses));
        }
        if (brokerSettings.embedded()) {
            CompletableFuture<BrokerServer> broker =
                    starting("embedded-broker", () -> BrokerServer.start(data, brokerSettings));
            addresses.add(BROKER_KEYS, broker.thenApply(EmbeddedServers::addresses));
            beans.registerBeanDefinition(
                    "brokerServer",
                    BeanDefinitionBuilder.genericBeanDefinition(
                                    BrokerServer.class, () -> AddressesOfServers.joined(broker))
                            .setDestroyMethodName("") // stopped by us, after everything that uses it
                            .getBeanDefinition());
        }
        environment.getPropertySources().addFirst(addresses);
        if (hub.demo()) {
            try {
                keep(demoServers.start(environment));
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static BrokerSettings brokerSettings(ConfigurableEnvironment environment, HubSettings hub) {
        BrokerSettings settings = Binder.get(environment).bindOrCreate("tocsin.broker", BrokerSettings.class);
        return hub.demo() && settings.users().isEmpty()
                ? settings.withUsers(List.of(
                        Secret.of("sensor:sensor:" + BrokerUser.Role.SENSOR.word()),
                        Secret.of("incident:incident:" + BrokerUser.Role.INCIDENT.word())))
                : settings;
    }

    /** Each on a thread of its own, while Spring reads classes; {@link #close} waits for it. */
    private <T extends AutoCloseable> CompletableFuture<T> starting(String name, Supplier<T> server) {
        CompletableFuture<T> started = CompletableFuture.supplyAsync(server, task -> new Thread(task, name).start());
        keep(() -> {
            T running = started.exceptionally(failed -> null).join();
            if (running != null) {
                running.close();
            }
        });
        return started;
    }

    private static Map<String, Object> addresses(PostgresServer database) {
        return Map.of(
                "spring.datasource.url", database.jdbcUrl(),
                "spring.datasource.username", database.username(),
                "spring.datasource.password", database.password().reveal());
    }

    private static Map<String, Object> addresses(BrokerServer broker) {
        return Map.of(
                "tocsin.broker.url", broker.url(),
                "tocsin.broker.username", broker.username(),
                "tocsin.broker.password", broker.password().reveal(),
                "local.broker.jms-port", broker.jmsPort(),
                "local.broker.mqtt-port", broker.mqttPort(),
                "local.broker.amqp-port", broker.amqpPort(),
                "local.broker.stomp-port", broker.stompPort());
    }

    /** Idempotent; waits for a start that is under way. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!running.isEmpty()) {
            AutoCloseable server = running.pop();
            try {
                server.close();
            } catch (Exception e) {
                log.warn("{} did not stop in good order", server.getClass().getSimpleName(), e);
            }
        }
        notifyAll();
    }

    /** Returns when the context that these servers belong to is closed and they are stopped. */
    public synchronized void awaitClosed() throws InterruptedException {
        while (!closed) {
            wait();
        }
    }

    private <T extends AutoCloseable> T keep(T server) {
        running.push(server);
        return server;
    }
}
