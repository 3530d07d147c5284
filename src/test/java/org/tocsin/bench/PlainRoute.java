package org.tocsin.bench;

import java.nio.file.Path;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.jspecify.annotations.Nullable;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.tocsin.simulator.SimulatorSettings;

/**
 * The yardstick: what an integrator would write with Camel and a broker, without a hub, and tuned as one would. A trigger
 * is split into a persistent JMS message per person, all in the transaction of the trigger; consumers in parallel, each
 * message in a transaction, make the same WhatsApp body and post it by camel-http over kept connections; an error
 * handler with three redeliveries and a dead letter queue. It has no receipts, no ladder and no cancel. Without a {@link
 * PlainRecord} it has no record either, and sends again after a crash what it does not know to be sent; with one, an
 * idempotent consumer does not, and loses what was in flight.
 */
public final class PlainRoute extends RouteBuilder {
    private final int providerPort;
    private final int consumers;
    private final PlainMessages messages;
    private final @Nullable PlainRecord record;

    private PlainRoute(int providerPort, int consumers, PlainMessages messages, @Nullable PlainRecord record) {
        this.providerPort = providerPort;
        this.consumers = consumers;
        this.messages = messages;
        this.record = record;
    }

    /** @param arguments folder of the journal, port of the broker, contacts.csv, port of the provider, consumers, folder of the record if any */
    public static void main(String[] arguments) throws Exception {
        int consumers = Integer.parseInt(arguments[4]);
        // Before the broker: what reaches that finds all that it needs.
        PlainRecord record = arguments.length > 5 ? PlainRecord.start(Path.of(arguments[5]), consumers) : null;
        PlainBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        CamelContext camel = new DefaultCamelContext();
        camel.addComponent("jms", jms());
        HttpComponent http = new HttpComponent();
        http.setMaxTotalConnections(200);
        http.setConnectionsPerRoute(200);
        camel.addComponent("http", http);
        camel.addRoutes(new PlainRoute(
                Integer.parseInt(arguments[3]), consumers, PlainMessages.to(Path.of(arguments[2])), record));
        camel.start();
        Thread.currentThread().join();
    }

    private static JmsComponent jms() {
        ActiveMQConnectionFactory broker = new ActiveMQConnectionFactory("vm://0");
        // Each consumer takes some ahead, none takes all.
        broker.setConsumerWindowSize(64 * 1024);
        JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(broker);
        pool.setMaxConnections(4);
        JmsComponent jms = JmsComponent.jmsComponentAutoAcknowledge(pool);
        // The session would ask the broker for the address before each message that it sends.
        jms.setDestinationResolver((session, name, topic) -> new ActiveMQQueue(name));
        // Of the session itself: what a route sends while it handles a message is committed with that message.
        jms.setTransacted(true);
        jms.setLazyCreateTransactionManager(false);
        jms.setCacheLevelName("CACHE_CONSUMER");
        return jms;
    }

    @Override
    public void configure() {
        SimulatorSettings.Account account = SimulatorSettings.defaults().account();
        errorHandler(deadLetterChannel("jms:queue:" + PlainBroker.DEAD)
                .maximumRedeliveries(3)
                .redeliveryDelay(1000)
                .useExponentialBackOff());
        from("jms:queue:" + PlainBroker.TRIGGERS)
                .routeId("split")
                .split(method(messages, "eachPerson"))
                .streaming()
                .to("jms:queue:" + PlainBroker.PEOPLE);
        ProcessorDefinition<?> deliver = from("jms:queue:" + PlainBroker.PEOPLE + "?concurrentConsumers=" + consumers)
                .routeId("deliver");
        if (record != null) {
            deliver = deliver.idempotentConsumer(method(messages, "keyOf"), record);
        }
        deliver.bean(messages, "toWhatsApp")
                .removeHeaders("*")
                .setHeader("Authorization", constant("Bearer " + account.accessToken()))
                .setHeader(Exchange.CONTENT_TYPE, constant("application/json"))
                .to("http://127.0.0.1:" + providerPort + "/v25.0/" + account.phoneNumberId()
                        + "/messages?httpMethod=POST&connectTimeout=3000&responseTimeout=15000");
    }
}
