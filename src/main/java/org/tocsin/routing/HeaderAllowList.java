package org.tocsin.routing;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/**
 * The first step of every intake route: keeps the headers that are named and drops all others, however they are spelt.
 * Headers of a message, properties of a JMS message and query parameters of a request are all headers to Camel, and some
 * of them would choose where a later step sends to ({@code CamelHttpUri}, {@code CAmelHttpUri}).
 */
public final class HeaderAllowList {
    private final Set<String> kept;

    /** @param names separated by white space; empty keeps none */
    public HeaderAllowList(String names) {
        kept = Arrays.stream(names.trim().split("\\s+"))
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Of the message, and of each of a list of them. */
    public void strip(Exchange exchange) {
        stripOne(exchange);
        RecordList.of(exchange).forEach(this::stripOne);
    }

    private void stripOne(Exchange exchange) {
        exchange.getMessage().getHeaders().keySet().removeIf(name -> !kept.contains(name.toLowerCase(Locale.ROOT)));
    }
}
