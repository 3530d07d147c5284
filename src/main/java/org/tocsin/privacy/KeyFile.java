package org.tocsin.privacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The file of the keys: {@code {"address-cipher": <a Tink keyset>, "lookup-hash": <32 bytes in base64>}}.
 *
 * @param cipher keyset of an AEAD; it may hold older keys too, for reading
 */
record KeyFile(KeysetHandle cipher, byte[] hashKey) {
    private static final int HASH_KEY_BYTES = 32;
    private static final String CIPHER = "address-cipher";
    private static final String HASH = "lookup-hash";
    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        try {
            AeadConfig.register();
        } catch (GeneralSecurityException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    static KeyFile random() throws GeneralSecurityException {
        byte[] hashKey = new byte[HASH_KEY_BYTES];
        new SecureRandom().nextBytes(hashKey);
        return new KeyFile(KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM), hashKey);
    }

    /** @throws GeneralSecurityException when it is no key file; its message holds nothing of the file */
    static KeyFile read(Path file) throws IOException, GeneralSecurityException {
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            byte[] hashKey = root.path(HASH).binaryValue();
            if (hashKey == null || hashKey.length != HASH_KEY_BYTES) {
                throw new GeneralSecurityException(HASH + " is not " + HASH_KEY_BYTES + " bytes in base64");
            }
            return new KeyFile(
                    TinkJsonProtoKeysetFormat.parseKeyset(root.path(CIPHER).toString(), InsecureSecretKeyAccess.get()),
                    hashKey);
        } catch (JsonProcessingException e) {
            throw new GeneralSecurityException("it is not JSON"); // without the cause: it quotes the file
        }
    }

    /**
     * Appears whole or not at all, readable by its owner only.
     *
     * @throws FileAlreadyExistsException when another process was faster; nothing was changed
     */
    void create(Path file) throws IOException, GeneralSecurityException {
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path unfinished = Files.createTempFile(directory, file.getFileName().toString(), ".new", ownerOnly(directory));
        try {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                ByteBuffer content = ByteBuffer.wrap(json());
                while (content.hasRemaining()) {
                    channel.write(content);
                }
                channel.force(true);
            }
            publish(unfinished, file);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    Aead aead() throws GeneralSecurityException {
        return cipher.getPrimitive(RegistryConfiguration.get(), Aead.class);
    }

    @Override
    public String toString() {
        return "<secret>";
    }

    private byte[] json() throws IOException, GeneralSecurityException {
        ObjectNode root = JSON.createObjectNode();
        root.set(
                CIPHER,
                JSON.readTree(TinkJsonProtoKeysetFormat.serializeKeyset(cipher, InsecureSecretKeyAccess.get())));
        root.put(HASH, Base64.getEncoder().encodeToString(hashKey));
        return (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A hard link never replaces what is there; where the file system has none, a rename must do. */
    private static void publish(Path unfinished, Path file) throws IOException {
        try {
            Files.createLink(file, unfinished);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path directory) throws IOException {
        boolean posix = Files.getFileStore(directory).supportsFileAttributeView("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
