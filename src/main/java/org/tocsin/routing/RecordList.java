package org.tocsin.routing;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/** The body that a consumer hands over which takes many at once: a list of exchanges, one a message. */
final class RecordList {
    private RecordList() {}

    /** Empty when the body is anything else. */
    static List<Exchange> of(Exchange exchange) {
        return exchange.getMessage().getBody() instanceof List<?> list
                ? list.stream()
                        .filter(Exchange.class::isInstance)
                        .map(Exchange.class::cast)
                        .toList()
                : List.of();
    }

    /**
     * Sends them through the route of a consumer, as one exchange.
     *
     * @return why the route failed; null when all of them are durable or parked
     */
    static @Nullable Throwable process(DefaultConsumer consumer, List<Exchange> exchanges) {
        Exchange all = consumer.createExchange(false);
        try {
            all.getMessage().setBody(exchanges);
            consumer.getProcessor().process(all);
            return all.getException();
        } catch (Throwable e) {
            // Whatever it is: they are not taken.
            return e;
        } finally {
            exchanges.forEach(one -> consumer.releaseExchange(one, false));
            consumer.releaseExchange(all, false);
        }
    }
}
