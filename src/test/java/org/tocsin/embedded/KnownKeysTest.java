package org.tocsin.embedded;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.FileSystemResource;

class KnownKeysTest {
    @TempDir
    Path routes;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tocsin.demo",
                "tocsin.data-dir",
                "tocsin.dataDir",
                "tocsin.whatsapp.access-token",
                "tocsin.sms.smpp.system-id",
                "tocsin.email.from",
                "tocsin.api.keys",
                "tocsin.api.keys[0]",
                "tocsin.broker.users[12]",
                "tocsin.database.port",
                "tocsinother.key",
                "server.port",
            })
    void whatExistsPasses(String key) {
        assertThatCode(() -> check(setting(key))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "tocsin.whatsap.access-token, tocsin.whatsapp.access-token",
        "tocsin.whatsapp.acess-token, tocsin.whatsapp.access-token",
        "tocsin.data-dri, tocsin.data-dir",
        "tocsin.sms.smpp.sistem-id, tocsin.sms.smpp.system-id",
        "tocsin.broker.mqtt-prot, tocsin.broker.mqtt-port",
        "tocsin.dmo, tocsin.demo",
    })
    void aMisspeltKeyIsRefusedWithTheNearest(String key, String meant) {
        assertThatThrownBy(() -> check(setting(key)))
                .isInstanceOf(StartRefused.class)
                .hasMessage(key + " is no key of Tocsin: did you mean " + meant + "?");
    }

    @Test
    void aKeyLikeNoOtherIsRefusedToo() {
        assertThatThrownBy(() -> check(setting("tocsin.frobnication.level")))
                .hasMessageContaining("tocsin.frobnication.level is no key of Tocsin")
                .hasMessageContaining("config/application.yaml");
    }

    @Test
    void itsFileAndLineAreNamed() throws IOException {
        Path file =
                Files.writeString(routes.resolve("application.yaml"), "tocsin:\n  demo: true\n  whatsap:\n    x: 1\n");
        ConfigurableEnvironment environment = new StandardEnvironment();
        new YamlPropertySourceLoader()
                .load("file", new FileSystemResource(file))
                .forEach(environment.getPropertySources()::addLast);
        assertThatThrownBy(() -> check(environment)).hasMessageContaining(file + ", line 4: tocsin.whatsap.x");
    }

    @ParameterizedTest
    @CsvSource({
        "TOCSIN_WHATSAPP_ACCESSTOKEN, true",
        "TOCSIN_API_KEYS_0, true",
        "TOCSIN_DATADIR, true",
        "TOCSIN_DATA_DIR, true",
        "TOCSIN_SERVICE_HOST, true",
        "TOCSIN_PORT_8080_TCP_ADDR, true",
        "TOCSIN_WHATSAPP_ACCESTOKEN, false",
        "TOCSIN_DEMOO, false",
    })
    void anEnvironmentVariableIsRefusedOnlyWhenItIsNearlyRight(String name, boolean passes) {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("environment", Map.of(name, "value-that-is-secret")));
        if (passes) {
            assertThatCode(() -> check(environment)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> check(environment))
                    .hasMessageContaining(name)
                    .hasMessageNotContaining("value-that-is-secret");
        }
    }

    @Test
    void aKeyThatARouteNamesExists() throws IOException {
        Files.writeString(
                routes.resolve("intake-a.camel.yaml"),
                "uri: \"mqtt:{{tocsin.sensors.flood.topic}}?x={{?tocsin.opt}}\"");
        assertThatCode(() -> check(setting("tocsin.sensors.flood.topic"))).doesNotThrowAnyException();
        assertThatCode(() -> check(setting("tocsin.opt"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(setting("tocsin.sensors.flood.topick")))
                .hasMessageContaining("did you mean tocsin.sensors.flood.topic?");
    }

    private void check(ConfigurableEnvironment environment) {
        new KnownKeys(getClass().getClassLoader(), routes).check(environment);
    }

    private static ConfigurableEnvironment setting(String key) {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(key, "x")));
        return environment;
    }
}
