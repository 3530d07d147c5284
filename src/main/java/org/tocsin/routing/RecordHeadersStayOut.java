package org.tocsin.routing;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * No header of a record of Kafka becomes a header of Camel: {@code headerFilterStrategy} of an intake route. An allow-list
 * afterwards would be too late, since a record's header of the name {@code kafka.TOPIC} would have taken the place of the
 * topic that it came from.
 */
public final class RecordHeadersStayOut implements HeaderFilterStrategy {
    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return true;
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return true;
    }
}
