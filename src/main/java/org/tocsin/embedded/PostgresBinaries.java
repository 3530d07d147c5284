package org.tocsin.embedded;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.io.FileUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's programs ({@code initdb}, {@code pg_ctl}, {@code postgres}), unpacked once from the artifacts
 * {@code io.zonky.test.postgres} into a folder of the data folder, so that a restart neither needs {@code /tmp} nor
 * unpacks again.
 *
 * <p>That project's own {@code EmbeddedPostgres} class is made for tests and is not used: it cannot be told to leave
 * out its JVM shutdown hook (which would stop the database while Camel still drains), it runs the server in our
 * process group (where Ctrl-C reaches it before us), trusts every local user, and gives a stop five seconds.
 */
final class PostgresBinaries {
    private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);

    private final Path folder;

    private PostgresBinaries(Path folder) {
        this.folder = folder;
    }

    /** @param cache holds one folder for each archive, named by its digest */
    static PostgresBinaries unpackInto(Path cache) throws IOException {
        byte[] archive = archive();
        Path folder = cache.resolve(digest(archive));
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(cache);
            Path half = Files.createTempDirectory(cache, "unpacking-");
            try {
                Path whole = half.resolve("postgres");
                if (!unpackWithXz(archive, half, whole)) {
                    FileUtils.deleteDirectory(whole.toFile());
                    unpack(new XZCompressorInputStream(new ByteArrayInputStream(archive)), whole);
                }
                move(whole, folder);
            } finally {
                FileUtils.deleteQuietly(half.toFile());
            }
        }
        return new PostgresBinaries(folder);
    }

    /** The major version: {@code 17}. A data folder can only be opened by the major version that wrote it. */
    int majorVersion() throws IOException {
        Result version = run(Duration.ofSeconds(10), "postgres", "--version");
        return Integer.parseInt(version.output().replaceFirst("(?s)^\\D*(\\d+).*$", "$1"));
    }

    /** What a program printed, and how it ended. */
    record Result(int exitCode, String output) {
        boolean failed() {
            return exitCode != 0;
        }
    }

    /** Runs one program to its end. {@code pg_ctl start} detaches the server, which is then nobody's child. */
    Result run(Duration atMost, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(asNotRoot());
        command.add(folder.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder.getParent(), program + "-", ".out");
        try {
            // Output goes to a file: with a pipe, a server that inherits it would keep us reading for ever.
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File(isWindows() ? "NUL" : "/dev/null")))
                    .redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return new Result(-1, program + " gave no answer within " + atMost.toSeconds() + " s");
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(-1, program + " was interrupted");
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /**
     * PostgreSQL refuses to run as root. In a user namespace without mappings it sees itself as nobody, while the
     * kernel still knows the owner of its files.
     */
    private static List<String> asNotRoot() throws IOException {
        if (isWindows() || !runsAsRoot()) {
            return List.of();
        }
        if (!LinuxUtils.isUnshareAvailable()) {
            throw new StartRefused("The embedded PostgreSQL does not run as root, and this system does not allow"
                    + " `unshare -U`: start Tocsin as another user, or set spring.datasource.url to a database of your"
                    + " own");
        }
        return List.of("unshare", "-U");
    }

    private static boolean runsAsRoot() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.isDirectory(self)
                ? Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"))
                : "root".equals(System.getProperty("user.name"));
    }

    static boolean isWindows() {
        return System.getProperty("os.name").startsWith("Windows");
    }

    private static byte[] archive() throws IOException {
        String os = System.getProperty("os.name");
        String system = os.startsWith("Windows") ? "Windows" : os.startsWith("Mac") ? "Darwin" : "Linux";
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String machine = "amd64".equals(architecture) ? "x86_64" : architecture;
        try (InputStream in = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine)) {
            return in.readAllBytes();
        } catch (IllegalStateException | NullPointerException e) {
            throw new StartRefused(
                    "There is no embedded PostgreSQL for " + system + " on " + architecture
                            + ": set spring.datasource.url, username and password to a database of your own",
                    e);
        }
    }

    private static String digest(byte[] archive) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(archive);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * With the system's {@code xz}, where there is one: 1 s instead of 5 on two cores, which a first start waits for.
     *
     * @return false when it is not there, or did not read to the end
     */
    private static boolean unpackWithXz(byte[] archive, Path folder, Path target) throws IOException {
        Path file = Files.write(folder.resolve("archive.xz"), archive);
        Process xz;
        try {
            xz = new ProcessBuilder("xz", "-dc", file.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false;
        }
        try (InputStream tar = new BufferedInputStream(xz.getInputStream(), 1 << 16)) {
            unpack(tar, target);
            return xz.waitFor(10, TimeUnit.SECONDS) && xz.exitValue() == 0;
        } catch (IOException e) {
            log.info(
                    "xz could not unpack PostgreSQL ({}): unpacking without it",
                    e.getClass().getSimpleName());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            xz.destroyForcibly();
        }
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("entry outside of the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(file.getParent());
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(tar, file);
                    makeExecutable(file, entry.getMode());
                }
            }
        }
    }

    private static void makeExecutable(Path file, int mode) throws IOException {
        if ((mode & 0100) != 0 && !isWindows()) {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            Files.setPosixFilePermissions(file, permissions);
        }
    }

    private static void move(Path half, Path whole) throws IOException {
        try {
            Files.move(half, whole, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(half, whole);
        }
    }
}
