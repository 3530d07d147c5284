package org.tocsin.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.tocsin.privacy.Secret;

/** The random password of the embedded database, in a file that only its owner reads. It must be backed up with it. */
record PostgresPassword(Path file) {

    void createIfAbsent() throws IOException {
        if (Files.exists(file) && Files.size(file) > 0) {
            return;
        }
        Files.deleteIfExists(file);
        FileAttribute<?>[] ownerOnly =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
            channel.write(java.nio.ByteBuffer.wrap(
                    HexFormat.of().formatHex(random).getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        }
    }

    void refuseWhenLost(Path folder) {
        if (!Files.exists(file)) {
            throw new StartRefused("The file " + file + " with the password of the database in " + folder
                    + " is missing: restore it from the backup of the data folder");
        }
    }

    Secret read() throws IOException {
        return Secret.of(Files.readString(file).strip());
    }
}
