package org.tocsin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void itIsMadeAndOthersOfThisMachineCannotReadIt() throws IOException {
        try (DataFolder data = DataFolder.claim(folder.resolve("a/b"))) {
            assertThat(Files.getPosixFilePermissions(data.path()).toString())
                    .doesNotContain("GROUP")
                    .doesNotContain("OTHERS");
        }
    }

    @Test
    void aSecondClaimIsRefusedWithTheHolderNamed() {
        try (DataFolder first = DataFolder.claim(folder)) {
            assertThatThrownBy(() -> DataFolder.claim(first.path()))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("tocsin.data-dir")
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void whatWasClosedCanBeClaimedAgain() {
        DataFolder.claim(folder).close();
        DataFolder.claim(folder).close();
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> DataFolder.claim(file.resolve("data")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("tocsin.data-dir")
                .hasMessageContaining(file.toString());
    }
}
