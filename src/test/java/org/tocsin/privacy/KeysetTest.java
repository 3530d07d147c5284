package org.tocsin.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.testing.TestDatabase;

class KeysetTest {
    private static final TestDatabase database = TestDatabase.fresh();

    @TempDir
    Path folder;

    @AfterAll
    static void drop() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.jdbc().sql("truncate key_fingerprint, contact cascade").update();
    }

    @Test
    void theFirstStartCreatesAFileThatOnlyItsOwnerReads() throws Exception {
        Path file = folder.resolve("new/keys.json");

        open(file);

        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).as("no temporary file is left").containsExactly(file);
        }
    }

    @Test
    void theNextStartReadsWhatTheFirstWrote() {
        Keyset first = open(folder.resolve("keys.json"));
        byte[] encrypted = first.cipher().encrypt("+33199001234 é");

        Keyset second = open(folder.resolve("keys.json"));

        assertThat(second.cipher().decrypt(encrypted)).isEqualTo("+33199001234 é");
        assertThat(second.hash().of("sms", "x")).isEqualTo(first.hash().of("sms", "x"));
        assertThat(second.fingerprint()).isEqualTo(first.fingerprint()).matches("[0-9a-f]{16}");
    }

    @Test
    void aMissingFileOfAUsedDatabaseStopsTheStartAndIsNotReplaced() throws Exception {
        Path file = folder.resolve("keys.json");
        open(file);
        Files.delete(file);

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(file.toString(), "is missing", "put the file back");
        assertThat(file).doesNotExist();
    }

    @Test
    void contactsWithoutAFingerprintAreNotGivenANewKey() {
        database.jdbc()
                .sql("insert into contact (ext_id, person_id, language, name_enc, row_hash)"
                        + " values ('a', 1, 'en', '', '')")
                .update();

        assertThatThrownBy(() -> open(folder.resolve("keys.json"))).hasMessageContaining("is missing");
    }

    @Test
    void theFileOfAnotherDatabaseStopsTheStart() throws Exception {
        Path ours = folder.resolve("ours.json");
        Path theirs = folder.resolve("theirs.json");
        open(theirs);
        empty();
        open(ours);

        assertThatThrownBy(() -> open(theirs))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(theirs.toString(), "holds other keys", "put the right file there");
        assertThat(theirs)
                .as("a file that was not created just now is never deleted")
                .exists();
    }

    @Test
    void aFileWhoseCipherKeyAloneIsAnotherStopsTheStart() throws Exception {
        Path ours = folder.resolve("ours.json");
        Path theirs = folder.resolve("theirs.json");
        open(theirs);
        empty();
        open(ours);
        new KeyFile(KeyFile.read(theirs).cipher(), KeyFile.read(ours).hashKey()).create(folder.resolve("mixed.json"));

        assertThatThrownBy(() -> open(folder.resolve("mixed.json"))).hasMessageContaining("holds other keys");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "canary", "{}", "[1]", "{\"lookup-hash\":\"canary\"}", "{\"lookup-hash\":\"!\"}"})
    void aDamagedFileStopsTheStartWithoutBeingQuoted(String content) throws Exception {
        Path file = Files.writeString(folder.resolve("keys.json"), content);

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(file.toString(), "is damaged", "backup")
                .hasMessageNotContaining("canary");
        assertThat(file).hasContent(content);
    }

    @Test
    void replicasThatStartTogetherOnOneFolderShareOneKey() throws Exception {
        Path file = folder.resolve("keys.json");
        ExecutorService replicas = Executors.newFixedThreadPool(4);
        try {
            Callable<String> start = () -> open(file).fingerprint();
            List<Future<String>> starts = replicas.invokeAll(
                    IntStream.range(0, 4).mapToObj(i -> start).toList());
            assertThat(starts).extracting(Future::get).containsOnly(open(file).fingerprint());
        } finally {
            replicas.shutdownNow();
        }
    }

    @Test
    void equalValuesOfTwoKindsDifferAndTheShortHashIsTheBeginning() {
        LookupHash hash = open(folder.resolve("keys.json")).hash();

        assertThat(hash.of("a", "bc")).hasSize(32).isNotEqualTo(hash.of("ab", "c"));
        assertThat(hash.of("a", "bc")).isEqualTo(hash.of("a", "bc"));
        assertThat(String.format("%016x", hash.shortOf("a", "bc")))
                .isEqualTo(java.util.HexFormat.of().formatHex(hash.of("a", "bc"), 0, 8));
    }

    @Test
    void manyThreadsUseOneHashAndOneCipher() {
        Keyset keys = open(folder.resolve("keys.json"));
        String expected = keys.fingerprint();

        assertThat(IntStream.range(0, 20_000).parallel().mapToObj(i -> {
                    String plain = "n" + i;
                    return keys.cipher().decrypt(keys.cipher().encrypt(plain)).equals(plain)
                            && keys.fingerprint().equals(expected);
                }))
                .containsOnly(true);
    }

    @Test
    void aChangedCiphertextIsRefusedWithoutBeingQuoted() {
        Keyset keys = open(folder.resolve("keys.json"));
        byte[] encrypted = keys.cipher().encrypt("canary");
        encrypted[encrypted.length - 1] ^= 1;

        assertThatThrownBy(() -> keys.cipher().decrypt(encrypted))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageNotContaining("canary");
    }

    private static Keyset open(Path file) {
        return Keyset.open(file, database.dataSource());
    }
}
