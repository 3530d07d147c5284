package org.tocsin.privacy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The keys of this hub, proven to be those that its database was written with. Whoever loses the file loses every
 * address and every STOP of the database: it belongs in the backup, apart from the database.
 */
public final class Keyset {
    private final AddressCipher cipher;
    private final LookupHash hash;

    private Keyset(KeyFile keys) throws GeneralSecurityException {
        this.cipher = new AddressCipher(keys.aead());
        this.hash = new LookupHash(keys.hashKey());
    }

    /**
     * Reads the file, or creates it (mode 0600) when neither it nor anything written with keys exists. Needs the
     * migrated tables.
     *
     * @throws IllegalStateException with a sentence that names the file and the remedy
     */
    public static Keyset open(Path file, DataSource dataSource) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        Optional<Fingerprint> written = fingerprintOf(jdbc);
        boolean created = false;
        if (!Files.exists(file)) {
            if (written.isPresent() || holdsContacts(jdbc)) {
                throw new IllegalStateException("The key file " + file + " is missing, but the database was written"
                        + " with it: put the file back from the backup or from another replica, or name an empty"
                        + " database.");
            }
            created = create(file);
        }
        Keyset keys = read(file);
        if (written.isEmpty()) {
            written = Optional.of(keys.sign(jdbc));
        }
        if (!keys.wrote(written.get())) {
            if (created) {
                discard(file); // another replica was faster: ours has written nothing, its own is to be copied here
            }
            throw new IllegalStateException("The key file " + file + " holds other keys (" + keys.fingerprint()
                    + ") than the database was written with (" + written.get().value + "): put the right file there,"
                    + " from the backup or from another replica, or name an empty database.");
        }
        return keys;
    }

    public AddressCipher cipher() {
        return cipher;
    }

    public LookupHash hash() {
        return hash;
    }

    /** Names the keys without telling anything about them: 16 hexadecimal digits. */
    public String fingerprint() {
        return HexFormat.of().toHexDigits(hash.shortOf("fingerprint", "tocsin"));
    }

    /** Both keys are checked: the look-up key by its fingerprint, the cipher's by reading what it wrote. */
    private boolean wrote(Fingerprint written) {
        try {
            return written.value.equals(fingerprint())
                    && cipher.decrypt(written.proof).equals(written.value);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Of several replicas that start on an empty database one signs; all read what is there then. */
    private Fingerprint sign(JdbcClient jdbc) {
        jdbc.sql("insert into key_fingerprint (fingerprint, proof) values (:fingerprint, :proof)"
                        + " on conflict do nothing")
                .param("fingerprint", fingerprint())
                .param("proof", cipher.encrypt(fingerprint()))
                .update();
        return fingerprintOf(jdbc).orElseThrow();
    }

    private static Keyset read(Path file) {
        try {
            return new Keyset(KeyFile.read(file));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The key file " + file + " is damaged (" + e.getMessage()
                    + "): put it back from the backup or from another replica.");
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The key file " + file + " cannot be read: let the user of this process own it.", e);
        }
    }

    private static boolean create(Path file) {
        try {
            KeyFile.random().create(file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(
                    "The key file " + file + " cannot be created: make its folder writable, or set tocsin.data-dir"
                            + " to a folder that is.",
                    e);
        }
    }

    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // it stays, and the sentence that follows names it
        }
    }

    private static Optional<Fingerprint> fingerprintOf(JdbcClient jdbc) {
        return jdbc.sql("select fingerprint, proof from key_fingerprint")
                .query((row, number) -> new Fingerprint(row.getString(1), row.getBytes(2)))
                .optional();
    }

    private static boolean holdsContacts(JdbcClient jdbc) {
        return jdbc.sql("select exists (select from contact)")
                .query(Boolean.class)
                .single();
    }

    private record Fingerprint(String value, byte[] proof) {}
}
