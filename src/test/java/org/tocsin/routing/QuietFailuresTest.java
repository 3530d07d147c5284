package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The text of a failure quotes addresses: the error handlers of {@code routes/} must not log it. */
class QuietFailuresTest {
    private static final String CANARY = "canary-7f3a@people.example";

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    /** In the place of the beans that the configuration {@code park} names. */
    public static final class Parked {
        public void park(Exchange exchange) {}

        public void toHttp(Exchange exchange) {}
    }

    @BeforeEach
    void start() throws Exception {
        log.start();
        root.addAppender(log);
        camel.getRegistry().bind("acceptAlert", new Parked());
        camel.getRegistry().bind("intakeAnswer", new Parked());
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.resolveResource(camel, "file:routes/error-handling.camel.yaml"));
    }

    @AfterEach
    void stop() {
        camel.stop();
        root.detachAppender(log);
    }

    /** The last row shows that the log would be seen here. */
    @ParameterizedTest(name = "a failure under {0} is logged: {1}")
    @CsvSource({"propagate, false", "park, false", "none, true"})
    void whatIsLoggedOfAFailure(String configuration, boolean logged) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:fail").routeConfigurationId(configuration).process(exchange -> {
                    throw new IllegalStateException("550 <" + CANARY + "> unknown");
                });
            }
        });
        camel.start();

        Exchange exchange;
        try (var template = camel.createProducerTemplate()) {
            exchange = template.request("direct:fail", e -> {});
        }

        assertThat(exchange.getException()).hasMessageContaining(CANARY);
        assertThat(log.list.stream()
                        .anyMatch(event -> event.getFormattedMessage().contains(CANARY)))
                .isEqualTo(logged);
    }
}
