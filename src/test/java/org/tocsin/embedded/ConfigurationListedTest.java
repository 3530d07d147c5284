package org.tocsin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.FileSystemResource;

/** {@code config/application.yaml} is the reference of the keys: all of them, no other, with their true defaults. */
class ConfigurationListedTest {
    private static final Path FILE = Path.of("config/application.yaml");
    private static final Path ROUTES = Path.of("routes");
    /** {@code {{tocsin.sms.workers:16}}} in a route. */
    private static final Pattern WITH_DEFAULT = Pattern.compile("\\{\\{(tocsin\\.[a-z.\\-]+):([^}]*)}}");

    private static final ConfigurableEnvironment SHIPPED = shipped();
    private static final KnownKeys KEYS = new KnownKeys(ConfigurationListedTest.class.getClassLoader(), ROUTES);

    static Stream<String> everyKey() {
        return KEYS.all().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("everyKey")
    void itIsListed(String key) throws IOException {
        if (key.endsWith(".*")) {
            // Entries of a map have no default; an example stands there as a comment.
            String name = key.substring(key.lastIndexOf('.', key.length() - 3) + 1, key.length() - 2);
            assertThat(Files.readString(FILE)).contains("# " + name + ":");
        } else {
            assertThat(SHIPPED.containsProperty(key)).as(key).isTrue();
        }
    }

    @Test
    void noOtherIsListed() {
        assertThatCode(() -> KEYS.check(SHIPPED)).doesNotThrowAnyException();
    }

    static List<Class<?>> settings() {
        return KEYS.settings();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void itsValueIsTheDefaultOfTheSettings(Class<?> settings) {
        String prefix = settings.getAnnotation(ConfigurationProperties.class).value();

        Object withFile = Binder.get(SHIPPED).bindOrCreate(prefix, settings);
        Object without = Binder.get(empty()).bindOrCreate(prefix, settings);

        assertThat(plain(withFile)).isEqualTo(plain(without));
    }

    static Stream<MatchResult> defaultsOfRoutes() throws IOException {
        try (Stream<Path> files = Files.list(ROUTES)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .map(ConfigurationListedTest::read)
                    .flatMap(text -> WITH_DEFAULT.matcher(text).results())
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("defaultsOfRoutes")
    void itsValueIsTheDefaultOfTheRoutes(MatchResult placeholder) {
        assertThat(SHIPPED.getProperty(placeholder.group(1)))
                .as(placeholder.group(1))
                .isEqualTo(placeholder.group(2));
    }

    /** No password is the same as an empty one. */
    private static String plain(Object settings) {
        return settings.toString().replace("<secret>", "").replace("=null", "=");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ConfigurableEnvironment shipped() {
        ConfigurableEnvironment environment = empty();
        try {
            new YamlPropertySourceLoader()
                    .load("shipped", new FileSystemResource(FILE))
                    .forEach(environment.getPropertySources()::addLast);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        ConfigurationPropertySources.attach(environment);
        return environment;
    }

    /** Without what this machine happens to have set. */
    private static ConfigurableEnvironment empty() {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, java.util.Map.of()));
        return environment;
    }
}
