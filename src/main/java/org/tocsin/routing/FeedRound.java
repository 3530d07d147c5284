package org.tocsin.routing;

import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;
import org.tocsin.feed.FeedPoller;

/** The two ends of a feed's route, {@code intake-feed-<name>}; the feed is the one of that name in the configuration. */
@Component("feedRound")
public final class FeedRound {
    private static final String ROUTE_PREFIX = "intake-" + FeedPoller.SOURCE;

    private final FeedPoller feeds;

    FeedRound(FeedPoller feeds) {
        this.feeds = feeds;
    }

    /** The body becomes the list of what is new: for {@code direct:accept-alert}. */
    public void poll(Exchange exchange) {
        exchange.getMessage().setBody(feeds.poll(name(exchange)));
    }

    /** After the accept: what was new is known from now on. */
    public void taken(Exchange exchange) {
        feeds.taken(name(exchange));
    }

    private static String name(Exchange exchange) {
        String route = exchange.getFromRouteId();
        if (route == null || !route.startsWith(ROUTE_PREFIX)) {
            throw new IllegalStateException("a feed's route is called " + ROUTE_PREFIX + "<name>, as its file");
        }
        return route.substring(ROUTE_PREFIX.length());
    }
}
