package org.tocsin.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code tocsin.data-dir}, owned by one process at a time. The lock is the operating system's, so it is
 * gone with the process, however that ends; the file itself stays and is never deleted (deleting it would let two
 * processes lock two different files of one name).
 */
public final class DataFolder implements AutoCloseable {
    static final String LOCK_FILE = "tocsin.lock";

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** @throws StartRefused when it cannot be made or written, or when another process has it */
    public static DataFolder claim(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        FileChannel channel = null;
        try {
            createPrivately(path);
            channel = FileChannel.open(
                    path.resolve(LOCK_FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
            if (lock == null) {
                throw inUse(path, channel);
            }
            channel.truncate(0);
            channel.write(ascii(ProcessHandle.current().pid() + "\n"), 0);
            return new DataFolder(path, channel);
        } catch (OverlappingFileLockException e) {
            StartRefused refused = inUse(path, channel);
            closeQuietly(channel);
            throw refused;
        } catch (StartRefused e) {
            closeQuietly(channel);
            throw e;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StartRefused(
                    "tocsin.data-dir: the folder " + path + " cannot be used (" + reason(e)
                            + "): give Tocsin the right to write there, or name another folder",
                    e);
        }
    }

    public Path path() {
        return path;
    }

    /** A file or folder inside. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    /** Contacts and their numbers live below: nobody else on this machine needs to read them. */
    private static void createPrivately(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(path);
        }
    }

    private static StartRefused inUse(Path path, @Nullable FileChannel channel) {
        String holder = "another process";
        try {
            ByteBuffer text = ByteBuffer.allocate(20);
            if (channel != null && channel.read(text, 0) > 0) {
                String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
                holder = pid.matches("\\d+") ? "process " + pid : holder;
            }
        } catch (IOException e) {
            // the sentence is true without the number
        }
        return new StartRefused("tocsin.data-dir: the folder " + path + " is in use by " + holder
                + ": stop that one, or name another folder");
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException f) {
            return f.getReason() != null ? f.getReason() : f.getClass().getSimpleName();
        }
        return String.valueOf(e.getMessage());
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // the lock goes with the process at the latest
        }
    }
}
