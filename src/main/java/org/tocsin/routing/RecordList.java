package org.tocsin.routing;

import java.util.List;
import org.apache.camel.Exchange;

/** The body that a consumer hands over which takes many at once: a list of exchanges. */
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
}
