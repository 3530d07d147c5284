package org.tocsin.embedded;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What waits in the embedded broker: its senders were told that the hub has it, and it is not in the ledger yet. */
@Component
final class BrokerGauges {
    BrokerGauges(ObjectProvider<BrokerServer> broker, MeterRegistry metrics) {
        broker.ifAvailable(
                own -> List.of(BrokerConfiguration.INCIDENTS, BrokerConfiguration.INGEST, BrokerConfiguration.EVENTS)
                        .forEach(queue -> Gauge.builder("tocsin.broker.waiting", () -> own.waiting(queue))
                                .tag("queue", queue)
                                .description("messages of a queue of the embedded broker that are not acknowledged")
                                .register(metrics)));
    }
}
