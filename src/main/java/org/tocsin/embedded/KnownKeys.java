package org.tocsin.embedded;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.lang3.StringUtils;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/**
 * Every key below {@code tocsin.} that means something: those bound by a settings record, and those that a route names
 * as {@code {{tocsin.x}}}. A misspelt key would otherwise leave a default in force that nobody wanted.
 */
final class KnownKeys {
    /**
     * Keys of the routes that are shipped, and of {@code config/application.yaml}: whoever takes a route away need not
     * take its keys away too.
     */
    private static final Set<String> OTHERS = Set.of(
            "tocsin.delivery.urgent-share",
            "tocsin.email.max-in-flight",
            "tocsin.email.messages-per-second",
            "tocsin.email.timeout-ms",
            "tocsin.email.workers",
            "tocsin.intake.jms-consumers",
            "tocsin.intake.mqtt-consumers",
            "tocsin.kafka.brokers",
            "tocsin.kafka.consumers",
            "tocsin.kafka.from",
            "tocsin.kafka.group",
            "tocsin.kafka.keystore",
            "tocsin.kafka.sasl-jaas-config",
            "tocsin.kafka.sasl-mechanism",
            "tocsin.kafka.security-protocol",
            "tocsin.kafka.topics",
            "tocsin.kafka.truststore",
            "tocsin.mail-in.alerts.folder",
            "tocsin.mail-in.alerts.host",
            "tocsin.mail-in.alerts.password",
            "tocsin.mail-in.alerts.port",
            "tocsin.mail-in.alerts.protocol",
            "tocsin.mail-in.alerts.username",
            "tocsin.mqtt.broker-url",
            "tocsin.mqtt.certificate",
            "tocsin.mqtt.client-id",
            "tocsin.mqtt.password",
            "tocsin.mqtt.private-key",
            "tocsin.mqtt.session-seconds",
            "tocsin.mqtt.topics",
            "tocsin.mqtt.truststore",
            "tocsin.mqtt.username",
            "tocsin.progress.every",
            "tocsin.sms.enquire-link-ms",
            "tocsin.sms.max-in-flight",
            "tocsin.sms.messages-per-second",
            "tocsin.sms.reconnect-delay-ms",
            "tocsin.sms.response-timeout-ms",
            "tocsin.sms.workers",
            "tocsin.whatsapp.connect-timeout-ms",
            "tocsin.whatsapp.health-period-ms",
            "tocsin.whatsapp.max-calls",
            "tocsin.whatsapp.max-in-flight",
            "tocsin.whatsapp.people-per-day",
            "tocsin.whatsapp.reserved-share",
            "tocsin.whatsapp.response-timeout-ms");

    private static final String PREFIX = "tocsin.";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[?!]?(tocsin\\.[A-Za-z0-9._\\-]+)");

    /** In the form of documentation; one that ends in {@code .*} takes any continuation. */
    private final Set<String> keys = new TreeSet<>(OTHERS);

    private final List<Class<?>> settings = new ArrayList<>();

    KnownKeys(ClassLoader loader, Path routes) {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.setResourceLoader(new org.springframework.core.io.DefaultResourceLoader(loader));
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        // ArchitectureTest holds the names: reading every class to find these costs half a second at each start.
        for (String named : List.of("**/*Settings*.class", "**/*Keys.class")) {
            scanner.setResourcePattern(named);
            scanner.findCandidateComponents("org.tocsin").forEach(found -> addRecord(loader, found.getBeanClassName()));
        }
        addNamedByRoutes(routes);
    }

    /** The records that bind them. */
    List<Class<?>> settings() {
        return List.copyOf(settings);
    }

    Set<String> all() {
        return Set.copyOf(keys);
    }

    /** @throws StartRefused naming the place, the key and the nearest one that exists */
    void check(ConfigurableEnvironment environment) {
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String name : enumerable.getPropertyNames()) {
                    check(source, name);
                }
            }
        }
    }

    private void check(PropertySource<?> source, String name) {
        String key = uniform(name);
        if (!key.startsWith("tocsin") || key.equals("tocsin") || isKnown(key)) {
            return;
        }
        boolean variable = source instanceof SystemEnvironmentPropertySource;
        Optional<String> nearest = nearest(key);
        if (variable && (!name.startsWith("TOCSIN_") || nearest.isEmpty())) {
            // Kubernetes gives every pod TOCSIN_SERVICE_HOST and the like when a service is called tocsin.
            return;
        }
        if (!variable && !name.startsWith(PREFIX)) {
            return;
        }
        throw new StartRefused(place(source, name) + name + " is no key of Tocsin: "
                + nearest.map(n -> "did you mean " + (variable ? variable(n) : n) + "?")
                        .orElse("take it out, or look up the right one in config/application.yaml"));
    }

    private boolean isKnown(String uniform) {
        // A list's element ends in its index, in either notation.
        String element = uniform.replaceFirst("\\d+$", "");
        return keys.stream().anyMatch(known -> {
            String k = uniform(known);
            return k.equals(uniform) || k.equals(element) || known.endsWith(".*") && uniform.startsWith(k);
        });
    }

    /** Of all keys the one fewest typing mistakes away, if that is few. */
    private Optional<String> nearest(String uniform) {
        return keys.stream()
                .min(Comparator.comparingInt((String k) -> distance(uniform, k))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(k -> distance(uniform, k) <= Math.max(2, uniform.length() / 6));
    }

    @SuppressWarnings("deprecation") // its successor would be one more dependency
    private static int distance(String uniform, String key) {
        return StringUtils.getLevenshteinDistance(uniform, uniform(key));
    }

    /** {@code tocsin.whatsapp.access-token} as an environment variable: {@code TOCSIN_WHATSAPP_ACCESSTOKEN}. */
    static String variable(String key) {
        return key.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace("-", "");
    }

    private static String uniform(String key) {
        return key.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    @SuppressWarnings("unchecked")
    private static String place(PropertySource<?> source, String name) {
        var origin = source instanceof OriginLookup<?> lookup ? ((OriginLookup<String>) lookup).getOrigin(name) : null;
        return StartFailure.place(origin);
    }

    private void addRecord(ClassLoader loader, String className) {
        try {
            Class<?> type = Class.forName(className, false, loader);
            String prefix = type.getAnnotation(ConfigurationProperties.class).value();
            settings.add(type);
            if (type.isRecord()) {
                addComponents(type, prefix);
            } else {
                keys.add(prefix + ".*");
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private void addComponents(Class<?> type, String prefix) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix + "." + dashed(component.getName());
            Class<?> value = component.getType();
            if (value.isRecord()) {
                addComponents(value, key);
            } else if (Map.class.isAssignableFrom(value) || holdsRecords(component)) {
                keys.add(key + ".*");
            } else {
                keys.add(key);
            }
        }
    }

    private static boolean holdsRecords(RecordComponent component) {
        if (!Collection.class.isAssignableFrom(component.getType())
                || !(component.getGenericType() instanceof ParameterizedType generic)) {
            return false;
        }
        Type element = generic.getActualTypeArguments()[0];
        return element instanceof Class<?> c && c.isRecord();
    }

    private static String dashed(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    private void addNamedByRoutes(Path routes) {
        if (!Files.isDirectory(routes)) {
            return;
        }
        try (Stream<Path> files = Files.list(routes)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                Matcher matcher = PLACEHOLDER.matcher(Files.readString(file));
                while (matcher.find()) {
                    keys.add(matcher.group(1));
                }
            }
        } catch (IOException e) {
            throw new StartRefused(
                    "tocsin.routes-dir: the routes in " + routes + " cannot be read ("
                            + e.getClass().getSimpleName() + "): check the rights of that folder and its files",
                    e);
        }
    }
}
