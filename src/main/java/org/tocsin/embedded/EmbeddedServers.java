package org.tocsin.embedded;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;
import org.tocsin.privacy.Secret;

/**
 * Starts what is configured nowhere else, before any bean exists: the data folder, PostgreSQL (unless
 * {@code spring.datasource.url} is set), the broker (unless {@code tocsin.broker.url} is set), and in the demo the
 * simulators; their addresses are put before all other configuration.
 *
 * <p>They stop in the opposite order, after the last bean of the context was destroyed, and also when the start fails.
 */
public final class EmbeddedServers
        implements ApplicationContextInitializer<ConfigurableApplicationContext>, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedServers.class);

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
        Map<String, Object> addresses = new LinkedHashMap<>();
        environment.getPropertySources().addFirst(new MapPropertySource("embedded servers", addresses));
        BrokerSettings brokerSettings = Binder.get(environment).bindOrCreate("tocsin.broker", BrokerSettings.class);
        if (hub.demo() && brokerSettings.users().isEmpty()) {
            brokerSettings = brokerSettings.withUsers(List.of(
                    Secret.of("sensor:sensor:" + BrokerUser.Role.SENSOR.word()),
                    Secret.of("incident:incident:" + BrokerUser.Role.INCIDENT.word())));
        }
        if (brokerSettings.embedded()) {
            BrokerServer.requireFree(brokerSettings);
        }
        earlyCheck.check(environment);
        boolean ownDatabase = !StringUtils.hasText(environment.getProperty("spring.datasource.url"));
        if (ownDatabase || brokerSettings.embedded()) {
            DataFolder data = keep(DataFolder.claim(Path.of(hub.dataDir())));
            if (ownDatabase) {
                PostgresServer database =
                        keep(PostgresServer.start(data, hub.database().port()));
                addresses.put("spring.datasource.url", database.jdbcUrl());
                addresses.put("spring.datasource.username", database.username());
                addresses.put("spring.datasource.password", database.password().reveal());
            }
            if (brokerSettings.embedded()) {
                BrokerServer broker = keep(BrokerServer.start(data, brokerSettings));
                beans.registerSingleton("brokerServer", broker);
                addresses.put("tocsin.broker.url", broker.url());
                addresses.put("tocsin.broker.username", broker.username());
                addresses.put("tocsin.broker.password", broker.password().reveal());
                addresses.put("local.broker.jms-port", broker.jmsPort());
                addresses.put("local.broker.mqtt-port", broker.mqttPort());
            }
        }
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
