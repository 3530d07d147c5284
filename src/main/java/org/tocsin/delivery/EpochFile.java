package org.tocsin.delivery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;

/**
 * The highest mark of this hub that the database is known to have committed: {@code <hub> <number> <instant>}, one line.
 * It is written whole or not at all, and synced.
 */
final class EpochFile {
    private final Path path;

    EpochFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** @param at on the database's clock */
    record Seen(String hub, long number, Instant at) {}

    /**
     * A new name and 0 when there is no file: a hub that has seen nothing.
     *
     * @throws IllegalStateException with a sentence that names the file and the remedy
     */
    Seen read() {
        try {
            if (!Files.exists(path)) {
                Seen nothing = new Seen(UUID.randomUUID().toString(), 0, Instant.EPOCH);
                write(nothing);
                return nothing;
            }
            String[] words = Files.readString(path).strip().split(" ");
            if (words.length != 3) {
                throw damaged();
            }
            return new Seen(words[0], Long.parseLong(words[1]), Instant.parse(words[2]));
        } catch (NumberFormatException | DateTimeException e) {
            throw damaged();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "tocsin.watch.epoch-file: " + path + " cannot be read or written ("
                            + e.getClass().getSimpleName()
                            + "): give the hub the right to write there, or name another file outside of the database"
                            + " and its backups",
                    e);
        }
    }

    void write(Seen seen) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Path folder = path.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            String line = seen.hub() + " " + seen.number() + " " + seen.at() + "\n";
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
            channel.force(false);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private IllegalStateException damaged() {
        return new IllegalStateException("tocsin.watch.epoch-file: " + path + " is damaged: when you know that the"
                + " database is the one this hub worked with last, delete the file");
    }
}
