package org.tocsin.feed;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Keys {@code tocsin.feeds.<name>.*}; the name is that of the route, {@code intake-feed-<name>}. One without an address
 * is not there.
 */
@ConfigurationProperties("tocsin")
public record FeedSettings(@Nullable Map<String, Feed> feeds) {

    public FeedSettings {
        Map<String, Feed> polled = new LinkedHashMap<>();
        if (feeds != null) {
            feeds.forEach((name, feed) -> {
                if (!feed.url().isBlank()) {
                    polled.put(name, feed);
                }
            });
        }
        feeds = polled;
    }

    /** What entries are told apart and compared by, where nothing else is configured; where it is, of every kind. */
    public enum Kind {
        /** Any RSS or Atom feed, with or without GeoRSS. */
        RSS(List.of("/id"), withArea("/title", "/summary", "/categories")),
        /** The same. */
        ATOM(RSS.key, RSS.substance),
        /** RSS of gdacs.org: ids and dates are made anew at each build, event and episode are not. */
        GDACS(
                List.of("/gdacs/eventtype", "/gdacs/eventid"),
                withArea(
                        "/gdacs/alertlevel",
                        "/gdacs/episodealertlevel",
                        "/gdacs/episodeid",
                        "/gdacs/version",
                        "/gdacs/severity",
                        "/gdacs/bbox",
                        // The area of a drought.
                        "/gdacs/country")),
        /** GeoJSON or Atom of earthquake.usgs.gov, and any other GeoJSON. */
        USGS(
                List.of("/id"),
                withArea(
                        "/magnitude",
                        "/feature/properties/alert",
                        "/feature/properties/tsunami",
                        "/feature/properties/type",
                        "/feature/properties/status")),
        /** Atom or RSS whose entries hold a CAP document, or link to one: another document is another substance. */
        CAP(
                List.of("/id"),
                withArea(
                        "/link",
                        "/cap/link",
                        "/cap/sha256",
                        "/cap/identifier",
                        "/cap/sent",
                        "/cap/msgType",
                        "/cap/message_type",
                        "/cap/severity",
                        "/cap/urgency",
                        "/cap/certainty",
                        "/cap/expires",
                        "/cap/areaDesc",
                        "/cap/polygon"));

        private final List<String> key;
        private final List<String> substance;

        Kind(List<String> key, List<String> substance) {
            this.key = key;
            this.substance = substance;
        }

        private static List<String> withArea(String... more) {
            return Stream.concat(Stream.of(more), Stream.of("/point", "/polygon", "/circle", "/box"))
                    .toList();
        }
    }

    /**
     * One feed.
     *
     * @param period between two polls, also where several hubs poll
     * @param key JSON pointers into an entry's document that say which entry it is; empty: those of the kind
     * @param substance JSON pointers into it; what differs there has changed. Empty: those of the kind
     * @param holdAbove more new entries than this in one poll wait for a person
     * @param hosts beside that of {@code url} that may be called: redirects, linked CAP documents
     * @param internalHosts of all these, that may be in our own network
     * @param ports beside 80, 443 and that of {@code url}
     * @param timeout of one request as a whole
     * @param maxEntries more than this is no feed that we read
     * @param tellAfter failures in a row before the duty group is told
     * @param newestWithin so old the newest entry may be before the duty group is told; null: however old
     */
    public record Feed(
            @DefaultValue("") String url,
            @DefaultValue("rss") Kind kind,
            @DefaultValue("5m") Duration period,
            @DefaultValue List<String> key,
            @DefaultValue List<String> substance,
            @DefaultValue("20") int holdAbove,
            @DefaultValue List<String> hosts,
            @DefaultValue List<String> internalHosts,
            @DefaultValue List<Integer> ports,
            @DefaultValue("30s") Duration timeout,
            @DefaultValue("8MB") DataSize maxBytes,
            @DefaultValue("2000") int maxEntries,
            @DefaultValue("3") int tellAfter,
            @Nullable Duration newestWithin) {

        /** What may be called: its own address, and what is configured beside it. */
        OutwardRules rules() {
            Set<String> all = new HashSet<>(hosts);
            Set<Integer> allowed = new HashSet<>(ports);
            allowed.addAll(Set.of(80, 443));
            try {
                URI own = new URI(url.trim());
                if (own.getHost() != null) {
                    all.add(own.getHost());
                }
                if (own.getPort() != -1) {
                    allowed.add(own.getPort());
                }
            } catch (URISyntaxException e) {
                // The rules refuse it, and say so.
            }
            return new OutwardRules(all, new HashSet<>(internalHosts), allowed);
        }

        /** What its address should be and is not; null when it may be called, as far as its letters tell. */
        public @Nullable String addressProblem() {
            try {
                rules().check(url);
                return null;
            } catch (AddressRefused refused) {
                return refused.getMessage();
            }
        }

        List<String> keyPointers() {
            return key.isEmpty() ? kind.key : key;
        }

        List<String> substancePointers() {
            return substance.isEmpty() ? kind.substance : substance;
        }
    }
}
