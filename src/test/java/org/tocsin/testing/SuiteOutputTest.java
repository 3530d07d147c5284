package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuiteOutputTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sent to +33639980001",
                "to 33199001007",
                "id wamid.HBgL",
                "Amélie Martin",
                "amelie.martin@example.org",
                "t0001@people.example.org",
                "Bearer operator-key-of-the-tests",
                "token simulated-access-token",
                "sent to 33639012345",
                "sent to +33639912345,",
                "sent to \"33700000399\"",
                "for Crowd c0123",
                "for Town 012345",
                "said River mark0042mark",
                "said Everybody firsteverybody",
                "said The river rises faster",
                "said Flood, mark-dies",
                "said Go to the school on the hill",
            })
    void whatIsPrivateIsFoundWhereverItStands(String said) throws IOException {
        Files.writeString(folder.resolve("unit.txt"), "one line\n2026-11-25 WARN it was " + said + " and more\nend\n");

        assertThat(SuiteOutput.violations(folder, SuiteOutput.canaries()))
                .isNotEmpty()
                .allMatch(found -> found.startsWith("unit.txt: "))
                .noneMatch(found -> found.contains(said.substring(said.length() - 6)));
    }

    @Test
    void whatIsNotPrivatePasses() throws IOException {
        Files.writeString(
                folder.resolve("unit.txt"),
                "alert 1 p01 whatsapp accepted\n1764111222333\nseed 336390123456 of 33639\n");

        assertThat(SuiteOutput.violations(folder, SuiteOutput.canaries())).isEmpty();
    }

    /** Without the recording the last step would search nothing, and find nothing. */
    @Test
    void whatThisTestSaysIsKept() throws IOException {
        String name = System.getProperty("suite.output");
        assertThat(name).as("the pom names the file").isNotNull();
        String said = "said by SuiteOutputTest at " + System.nanoTime();
        System.out.println(said);
        System.err.println(said);

        assertThat(Files.readString(SuiteOutput.FOLDER.resolve(name)).split(said, -1))
                .hasSize(3);
    }
}
