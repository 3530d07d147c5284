package org.tocsin.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.tocsin.embedded.HubSettings;
import org.tocsin.embedded.RouteFiles;
import org.tocsin.embedded.StartRefused;

/**
 * What Camel would find wrong in a route at the very end of a start, found when the names of all beans are known and
 * none is made: a bean, an endpoint or a key that does not exist, and a {@code direct:} that no route serves, which
 * Camel finds at the first alert only.
 */
final class RouteLint implements BeanFactoryPostProcessor {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern KEY = Pattern.compile("\\{\\{(?![?!])([\\w.-]+)}}");
    private static final Pattern BEAN = Pattern.compile("#(?:bean:)?([A-Za-z]\\w*)");
    private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][\\w+-]*):.*", Pattern.DOTALL);
    private static final String COMPONENTS = "META-INF/services/org/apache/camel/component/";

    private final ConfigurableEnvironment environment;

    RouteLint(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        Path routes = Path.of(Binder.get(environment)
                .bindOrCreate("tocsin", HubSettings.class)
                .routesDir());
        check(routes, environment, beans::containsBean);
    }

    /** @throws StartRefused naming file, name and remedy */
    static void check(Path routes, Environment environment, Predicate<String> isBean) {
        Map<Path, JsonNode> files = read(routes);
        Set<String> ownBeans = new TreeSet<>();
        Set<String> served = new TreeSet<>();
        files.values()
                .forEach(file -> file.forEach(entry -> {
                    entry.path("beans")
                            .forEach(bean -> ownBeans.add(bean.path("name").asText()));
                    served.add(
                            place(entry.path("route").path("from").path("uri").asText()));
                    served.add(place(entry.path("from").path("uri").asText()));
                }));
        Predicate<String> known = isBean.or(ownBeans::contains);
        files.forEach((file, content) -> new Lint(file, environment, known, served).check(content));
    }

    /** An endpoint without its options. */
    private static String place(String uri) {
        return uri.replaceFirst("\\?.*", "");
    }

    private static Map<Path, JsonNode> read(Path routes) {
        try {
            Map<Path, JsonNode> files = new LinkedHashMap<>();
            for (Path file : RouteFiles.in(routes)) {
                files.put(file, YAML.readTree(file.toFile()));
            }
            return files;
        } catch (IOException e) {
            throw new StartRefused(
                    "tocsin.routes-dir: a file in " + routes + " cannot be read ("
                            + e.getClass().getSimpleName() + "): check its rights, and that it is YAML",
                    e);
        }
    }

    private record Lint(Path file, Environment environment, Predicate<String> isBean, Set<String> served) {

        void check(JsonNode content) {
            for (JsonNode text : texts(content)) {
                Matcher keys = KEY.matcher(text.asText());
                while (keys.find()) {
                    requireKey(keys.group(1));
                }
                Matcher bean = BEAN.matcher(text.asText());
                if (bean.matches()) {
                    requireBean(bean.group(1));
                }
            }
            content.findValues("bean").stream()
                    .filter(step -> step.has("ref"))
                    .forEach(step -> requireBean(step.path("ref").asText()));
            content.findValues("uri").forEach(uri -> requireEndpoint(uri.asText()));
        }

        private void requireKey(String key) {
            if (environment.getProperty(key) == null) {
                throw new StartRefused(file + ": the key " + key
                        + " is set nowhere: set it in config/application.yaml or as "
                        + key.toUpperCase(java.util.Locale.ROOT)
                                .replace('.', '_')
                                .replace("-", ""));
            }
        }

        private void requireBean(String name) {
            if (!name.contains("{{") && !isBean.test(name)) {
                throw new StartRefused(file + ": there is no bean " + name + ": correct that name");
            }
        }

        private void requireEndpoint(String uri) {
            Matcher scheme = SCHEME.matcher(KEY.matcher(uri)
                    .replaceAll(key -> Matcher.quoteReplacement(environment.getProperty(key.group(1), ""))));
            if (!scheme.matches()) {
                return; // Camel says what it thinks of it
            }
            String name = scheme.group(1);
            boolean exists = isBean.test(name)
                    || isBean.test(name + "-component")
                    || ClassUtils.getDefaultClassLoader().getResource(COMPONENTS + name) != null;
            if (!exists) {
                throw new StartRefused(file + ": there is no endpoint " + name + ": correct that uri");
            }
            if (name.equals("direct") && !served.contains(place(uri))) {
                throw new StartRefused(file + ": no route serves " + uri + ": correct that uri, or add the route");
            }
        }

        private static List<JsonNode> texts(JsonNode node) {
            List<JsonNode> texts = new ArrayList<>();
            if (node.isTextual()) {
                texts.add(node);
            }
            node.forEach(child -> texts.addAll(texts(child)));
            return texts;
        }
    }
}
