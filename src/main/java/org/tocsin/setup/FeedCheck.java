package org.tocsin.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.tocsin.embedded.RouteFiles;
import org.tocsin.embedded.StartRefused;
import org.tocsin.feed.FeedSettings;
import org.tocsin.feed.FeedSettings.Feed;

/** {@code tocsin.feeds}: what would otherwise be found at the first poll, or never. */
final class FeedCheck {
    private static final String PREFIX = "tocsin.feeds.";
    private static final Set<String> KEYS = Arrays.stream(Feed.class.getRecordComponents())
            .map(component -> component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));

    private FeedCheck() {}

    static void check(Binder binder, Path routes) {
        Map<String, Object> written = binder.bind("tocsin.feeds", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of());
        written.forEach((name, keys) -> requireKnown(name, keys));
        Map<String, Feed> feeds =
                binder.bindOrCreate("tocsin", FeedSettings.class).feeds();
        java.util.Objects.requireNonNull(feeds).forEach((name, feed) -> {
            requireSound(name, feed);
            requireRoute(name, routes);
        });
    }

    private static void requireKnown(String name, Object keys) {
        Set<String> uniform = KEYS.stream().map(FeedCheck::uniform).collect(Collectors.toSet());
        Stream<?> names = keys instanceof Map<?, ?> map ? map.keySet().stream() : Stream.empty();
        names.map(String::valueOf)
                .filter(key -> !uniform.contains(uniform(key.replaceFirst("\\[\\d+].*", ""))))
                .findFirst()
                .ifPresent(key -> {
                    throw new StartRefused(PREFIX + name + "." + key + " is no key of a feed: use one of " + KEYS);
                });
    }

    private static String uniform(String key) {
        return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private static void requireSound(String name, Feed feed) {
        String key = PREFIX + name;
        if (!name.matches("[a-z][a-z0-9-]{0,39}")) {
            throw new StartRefused(key + ": a feed's name is lower case letters, digits and hyphens, at most 40");
        }
        String address = feed.addressProblem();
        if (address != null) {
            throw new StartRefused(key + ".url: expected " + address);
        }
        positive(key + ".period", feed.period());
        positive(key + ".timeout", feed.timeout());
        if (feed.newestWithin() != null) {
            positive(key + ".newest-within", feed.newestWithin());
        }
        if (feed.timeout().compareTo(Duration.ofMinutes(2)) > 0) {
            throw new StartRefused(key + ".timeout: at most 2m");
        }
        Stream.concat(feed.key().stream(), feed.substance().stream())
                .filter(pointer -> !pointer.startsWith("/"))
                .findFirst()
                .ifPresent(pointer -> {
                    throw new StartRefused(key + ": key and substance are JSON pointers, such as /gdacs/alertlevel");
                });
        if (feed.holdAbove() < 0 || feed.maxEntries() < 1 || feed.tellAfter() < 1) {
            throw new StartRefused(key + ": hold-above is 0 or more, max-entries and tell-after are 1 or more");
        }
        if (feed.maxBytes().toBytes() < 1 || feed.maxBytes().toMegabytes() > 64) {
            throw new StartRefused(key + ".max-bytes: between 1B and 64MB");
        }
    }

    private static void positive(String key, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new StartRefused(key + ": a time longer than zero, such as 5m");
        }
    }

    private static void requireRoute(String name, Path routes) {
        String file = "intake-feed-" + name + ".camel.yaml";
        try {
            if (RouteFiles.in(routes).stream()
                    .noneMatch(route -> route.getFileName().toString().equals(file))) {
                throw new StartRefused(PREFIX + name + ": nobody polls it: there is no " + routes + "/" + file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("tocsin.routes-dir: " + routes + " cannot be read", e);
        }
    }
}
