package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutsideClientTest {
    @ParameterizedTest
    @EnumSource
    void ciInstallsItAndTheDocsSayWhichVersionWasRun(OutsideClient client) throws IOException {
        assertThat(Files.readString(Path.of(".ci/run"))).containsPattern("\\b" + client.debianPackage() + "\\b");
        assertThat(Files.readString(Path.of("CONTRIBUTING.md")))
                .containsPattern("\\| `" + client.debianPackage() + "` \\| [^|]*\\d[^|]* \\|");
    }

    @ParameterizedTest
    @EnumSource
    void inCiItIsThere(OutsideClient client) {
        assertThat(client.required()).isEqualTo(client);
    }
}
