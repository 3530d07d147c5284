package org.tocsin.setup;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.tocsin.embedded.StartFailure;

/** The mapping files, one thing broken at a time: what {@code BrokenConfigurationIT} shows of others with a whole hub. */
class FileCheckTest {
    @TempDir
    Path folder;

    private void check(String key, Path file) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of(key, file.toString(), "tocsin.demo", "true")));
        FileCheck.check(environment);
    }

    @Test
    void theShippedFilesPass() {
        assertThatCode(() -> check("tocsin.intake.events", Path.of("config/events.yaml")))
                .doesNotThrowAnyException();
    }

    @Test
    void aPriceThatIsNoDecimalStopsTheStart() throws IOException {
        String shipped = Files.readString(Path.of("config/prices.csv"));
        Path file = Files.writeString(
                folder.resolve("prices.csv"), shipped.replace("FR,sms,segment,0.0450", "FR,sms,segment,cheap"));

        Throwable refused = catchThrowable(() -> check("tocsin.prices", file));

        Assertions.assertThat(StartFailure.explain(refused))
                .matches(".*prices\\.csv, line \\d+: expected price: a decimal.*");
        assertThatCode(() -> check("tocsin.prices", Path.of(""))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            events  | closes-with: AllClear | closes_with: AllClear | closes_with
            events  | identity: [/fingerprint] | identity: fingerprint | identity
            events  | "events:\n" | "events: [\n" | readable YAML
            events  | category: Infra | category: Infrastructure | category
            sensors | raise-at: 4.0 | raise_at: 4.0 | raise_at
            """, quoteCharacter = '"')
    void theStartIsRefusedWithOneSentenceThatNamesFileKeyAndRemedy(String name, String good, String bad, String key)
            throws IOException {
        String shipped = Files.readString(Path.of("config", name + ".yaml"));
        String broken = shipped.replace(good.replace("\\n", "\n"), bad.replace("\\n", "\n"));
        Assertions.assertThat(broken).isNotEqualTo(shipped);
        Path file = Files.writeString(folder.resolve(name + ".yaml"), broken);

        Throwable refused = catchThrowable(() -> check("tocsin.intake." + name, file));

        Assertions.assertThat(StartFailure.explain(refused))
                .contains(file.toString(), key)
                .doesNotContain("\n")
                .doesNotContain("Exception");
    }
}
