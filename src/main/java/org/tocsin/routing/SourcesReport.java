package org.tocsin.routing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.tocsin.embedded.RouteFiles;
import org.tocsin.feed.FeedPoller;
import org.tocsin.feed.FeedSettings;

/** Says at the start, in a sentence each, which sources this hub hears, and of the others by which key they are off. */
@Component
final class SourcesReport {
    private static final Logger log = LoggerFactory.getLogger(SourcesReport.class);
    private static final String PREFIX = "intake-";
    private static final String MAIL = "mail-";
    /** {@code precondition: "'{{tocsin.kafka.brokers:}}' != ''"} */
    private static final Pattern PRECONDITION = Pattern.compile("precondition:[^\\n]*?\\{\\{[?!]?([\\w.-]+)");

    private static final Map<String, String> DOORS =
            Map.of("AMQP", "tocsin.broker.amqp-port", "STOMP", "tocsin.broker.stomp-port");

    private final CamelContext camel;
    private final FeedSettings feeds;
    private final Environment environment;
    private final Path folder;

    SourcesReport(
            CamelContext camel,
            FeedSettings feeds,
            Environment environment,
            @Value("${tocsin.routes-dir:routes}") Path folder) {
        this.camel = camel;
        this.feeds = feeds;
        this.environment = environment;
        this.folder = folder;
    }

    @EventListener(ApplicationReadyEvent.class)
    void say() throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (Path file : RouteFiles.in(folder)) {
            String name = file.getFileName().toString();
            if (name.startsWith(PREFIX)) {
                files.put(name.substring(PREFIX.length(), name.indexOf('.')), Files.readString(file));
            }
        }
        Set<String> routes = camel.getRoutes().stream()
                .map(route -> route.getRouteId())
                .filter(id -> id.startsWith(PREFIX))
                .map(id -> id.substring(PREFIX.length()))
                .collect(Collectors.toSet());
        sentences(files, routes, feeds.feeds()::containsKey).forEach(log::info);
        if (environment.containsProperty("local.broker.jms-port")) { // the embedded one
            new TreeMap<>(DOORS).forEach((protocol, key) -> {
                boolean open = !environment.getProperty(key, "-1").equals("-1");
                log.info(
                        "{} is {} at the embedded broker{}",
                        protocol,
                        open ? "heard" : "not heard",
                        open ? "" : ": " + key + " is not set");
            });
        }
    }

    /**
     * @param files what stands in the file of each source
     * @param routes sources of which there is a route
     * @param polled whether the feed of that name has an address
     */
    static List<String> sentences(Map<String, String> files, Set<String> routes, Predicate<String> polled) {
        List<String> sentences = new ArrayList<>();
        for (Map.Entry<String, String> file : files.entrySet()) {
            String source = file.getKey();
            String feed = source.startsWith(FeedPoller.SOURCE) ? source.substring(FeedPoller.SOURCE.length()) : null;
            if (!routes.contains(source)) {
                Matcher key = PRECONDITION.matcher(file.getValue());
                sentences.add("source " + source + " is off: "
                        + (key.find() ? key.group(1) + " is not set" : "its route is left out"));
            } else if (feed != null && !polled.test(feed)) {
                sentences.add("source " + source + " is off: tocsin.feeds." + feed + ".url is not set");
            } else {
                sentences.add("source " + source + " is on");
            }
        }
        if (routes.stream().noneMatch(source -> source.startsWith(MAIL))) {
            sentences.add("no mailbox is read: no e-mail triggers, and no bounce of an e-mail is seen");
        }
        return sentences;
    }
}
