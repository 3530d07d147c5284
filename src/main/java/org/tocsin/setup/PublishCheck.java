package org.tocsin.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.tocsin.embedded.RouteFiles;
import org.tocsin.embedded.StartRefused;
import org.tocsin.publish.PublishSettings;
import org.tocsin.publish.PublishSettings.Webhook;

/** {@code tocsin.publish}: what would otherwise be found with the first alert. */
final class PublishCheck {
    private static final String PREFIX = "tocsin.publish.";
    private static final Set<String> KEYS = Arrays.stream(Webhook.class.getRecordComponents())
            .map(component -> component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));

    private PublishCheck() {}

    static void check(Binder binder, Path routes) {
        Map<String, Object> written = binder.bind("tocsin.publish", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of());
        PublishSettings settings = binder.bindOrCreate("tocsin", PublishSettings.class);
        settings.webhooks().forEach((name, webhook) -> {
            requireKnown(name, written.get(name));
            String problem = webhook.problem();
            if (problem != null) {
                throw new StartRefused(PREFIX + name + problem);
            }
            requireRoute(name, routes);
        });
    }

    private static void requireKnown(String name, Object keys) {
        if (keys instanceof Map<?, ?> map) {
            map.keySet().stream()
                    .map(String::valueOf)
                    .filter(key -> !key.equals("scopes")) // of its route, see routes/README.md
                    .filter(key -> KEYS.stream()
                            .noneMatch(known -> uniform(known).equals(uniform(key.replaceFirst("\\[\\d+].*", "")))))
                    .findFirst()
                    .ifPresent(key -> {
                        throw new StartRefused(
                                PREFIX + name + "." + key + " is no key of what is posted: use one of " + KEYS);
                    });
        }
    }

    private static String uniform(String key) {
        return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private static void requireRoute(String name, Path routes) {
        String file = "publish-" + name + ".camel.yaml";
        try {
            if (RouteFiles.in(routes).stream()
                    .noneMatch(route -> route.getFileName().toString().equals(file))) {
                throw new StartRefused(PREFIX + name + ": nobody is told: there is no " + routes + "/" + file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("tocsin.routes-dir: " + routes + " cannot be read", e);
        }
    }
}
