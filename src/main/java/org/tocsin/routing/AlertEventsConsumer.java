package org.tocsin.routing;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.convert.DurationStyle;
import org.tocsin.publish.AlertEvent;
import org.tocsin.publish.NotPublished;
import org.tocsin.publish.Publisher;
import org.tocsin.publish.Publishers;
import org.tocsin.publish.Selection;

/** Sends each event through the route, and tells the outbox what became of it. */
class AlertEventsConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {
    /** Property: the {@link AlertEvent}, which the message is made from. */
    static final String EVENT = "alertEvent";
    /** Property: the incident, for the endpoints that keep an order by a key. */
    private static final String INCIDENT = "incident";

    private static final Logger log = LoggerFactory.getLogger(AlertEventsConsumer.class);

    private final AlertEventsEndpoint endpoint;
    private final Publishers publishers;
    private final Publisher.Options options;
    private @Nullable Publisher publisher;

    AlertEventsConsumer(AlertEventsEndpoint endpoint, Processor processor, Publishers publishers) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.publishers = publishers;
        this.options = new Publisher.Options(
                endpoint.getSubscription(),
                Selection.of(endpoint.getTypes(), endpoint.getStatuses(), endpoint.getScopes()),
                endpoint.getParallel(),
                DurationStyle.detectAndParse(endpoint.getMaxAge()));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        begin();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        begin();
    }

    @Override
    protected void doSuspend() throws Exception {
        end();
        super.doSuspend();
    }

    @Override
    protected void doStop() throws Exception {
        end();
        super.doStop();
    }

    private synchronized void begin() {
        if (publisher == null) {
            publisher = publishers.of(options, this::send);
            publisher.start();
        }
    }

    private synchronized void end() {
        if (publisher != null) {
            publisher.stop();
            publisher = null;
        }
    }

    private void send(AlertEvent event) throws NotPublished {
        Exchange exchange = createExchange(false);
        try {
            fill(exchange, event);
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        try {
            if (exchange.getException() != null) {
                log.debug("{}: an event was not taken", options.name(), exchange.getException());
                throw notPublished(exchange.getException());
            }
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private void fill(Exchange exchange, AlertEvent event) {
        exchange.setProperty(EVENT, event);
        exchange.setProperty(INCIDENT, event.incident());
        Message message = exchange.getMessage();
        String prefix = endpoint.getBinary();
        // In small letters, as Kafka's binding of CloudEvents has it; for HTTP and Camel it is the same.
        message.setHeader("content-type", prefix.isEmpty() ? AlertEvent.CONTENT_TYPE : AlertEvent.DATA_CONTENT_TYPE);
        message.setBody(prefix.isEmpty() ? event.structured() : event.data());
        if (!prefix.isEmpty()) {
            event.attributes().entrySet().stream()
                    .filter(attribute -> attribute.getValue() != null)
                    .map(attribute -> Map.entry(prefix + attribute.getKey(), attribute.getValue()))
                    .forEach(header -> message.setHeader(header.getKey(), header.getValue()));
        }
    }

    /** Only the class of what a library says: its text quotes addresses, and answers of strangers. */
    static NotPublished notPublished(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 10; depth++, cause = cause.getCause()) {
            if (cause instanceof NotPublished known) {
                return known;
            }
            if (cause instanceof HttpOperationFailedException http) {
                return NotPublished.answered(http.getStatusCode(), null);
            }
            if (cause instanceof RecordTooLargeException) {
                return new NotPublished("the broker takes no record of this size", true, null);
            }
        }
        return new NotPublished("was not reached (" + failure.getClass().getSimpleName() + ")", false, null);
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask task) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return 0; // what is under way is in the outbox until it is told
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {}
}
