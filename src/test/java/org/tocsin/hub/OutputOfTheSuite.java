package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tocsin.testing.SuiteOutput;

/**
 * The last step of {@code mvn verify}, by an execution of its own in the pom: what the unit tests, the integration
 * tests and the hubs of both have said holds nothing of the people, texts and secrets that they worked with.
 */
class OutputOfTheSuite {

    @Test
    void nothingPrivateIsInTheOutputOfTheWholeSuite() throws IOException {
        try (Stream<Path> files = Files.list(SuiteOutput.FOLDER)) {
            List<Path> all = files.toList();
            assertThat(all).as("what the tests said was kept").isNotEmpty();
        }
        assertThat(SuiteOutput.violations(SuiteOutput.FOLDER, SuiteOutput.canaries()))
                .isEmpty();
    }
}
