package org.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code config/jvm.options}, which README and the image start the hub with. */
class JvmOptionsTest {
    @Test
    void theCollectorIsTheOneThatTakesTheLeastCpu() {
        assertThat(Path.of("config", "jvm.options")).content().containsPattern("(?m)^-XX:\\+UseParallelGC$");
    }

    @Test
    void javaKnowsEachOfTheFlags() throws Exception {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@config/jvm.options",
                        "-XX:-IgnoreUnrecognizedVMOptions",
                        "-version")
                .redirectErrorStream(true)
                .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as(said).isZero();
        assertThat(said).doesNotContainIgnoringCase("warning").contains("version");
    }
}
