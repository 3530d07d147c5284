package org.tocsin.intake.sensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.accept.IntakeBench;

/** What README.md shows under "Add a sensor" is read from that page and does what it says. */
class ReadmeSensorTest {
    private static final Pattern BLOCK =
            Pattern.compile("<!-- sensor: read by ReadmeSensorTest -->\\s*```yaml\\n(.*?)```", Pattern.DOTALL);

    private static String block;
    private static IntakeBench bench;

    @BeforeAll
    static void start() throws IOException {
        Matcher matcher = BLOCK.matcher(Files.readString(Path.of("README.md")));
        assertThat(matcher.find()).isTrue();
        block = matcher.group(1);
        // As an engineer would: below the entries of the shipped file.
        String shipped = Files.readString(Path.of("config/sensors.yaml"));
        bench = new IntakeBench(IntakeBench.temporary("sensors.yaml", shipped + "\n" + block));
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    @ParameterizedTest(name = "{1} on {0}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    sensors/harbour/wind-7  | {"gust": 28} | PLANNING
                    sensors/harbour/wind-8  | {"gust": 25} | PLANNING
                    sensors/harbour/wind-9  | {"gust": 20} | silent
                    sensors/harbour/wind-10 | {"gust": 24.9} | silent
                    """)
    void aReadingAboveTheThresholdIsAnAlertAndBelowIsNone(String topic, String json, String expected) throws Exception {
        IntakeResult result = bench.intake.accept(bench.reading(topic, json));

        assertThat(
                        result instanceof IntakeResult.Accepted accepted
                                ? accepted.state().name()
                                : "silent")
                .isEqualTo(expected);
    }

    @Test
    void itIsAboutTenLines() {
        assertThat(block.lines()).hasSizeLessThanOrEqualTo(11);
    }
}
