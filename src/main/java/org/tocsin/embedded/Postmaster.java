package org.tocsin.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A running server process that {@code postmaster.pid} of a PostgreSQL data folder names.
 *
 * @param pid of the postmaster, whose death ends the whole server
 * @param port on which it listens
 */
record Postmaster(long pid, int port) {

    /** The server that runs on this folder now; empty when the file is absent, or names a process that is something else. */
    static Optional<Postmaster> of(Path folder) throws IOException {
        Path file = folder.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        // One value a line: pid, data folder, start time, port, … (PostgreSQL source, miscadmin.h, LOCK_FILE_LINE_*)
        List<String> lines = Files.readAllLines(file);
        long pid = number(lines, 0);
        Optional<ProcessHandle> process = pid > 0 ? ProcessHandle.of(pid) : Optional.empty();
        return process.filter(ProcessHandle::isAlive)
                .filter(alive -> worksIn(alive, folder))
                .map(alive -> new Postmaster(pid, (int) number(lines, 3)));
    }

    /** A process id is used again after a reboot: another program must never be stopped because of an old file. */
    private static boolean worksIn(ProcessHandle process, Path folder) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            if (Files.isDirectory(proc)) {
                // A postmaster makes its data folder the working directory, and no other program of ours does.
                return Files.isSameFile(proc.resolve("cwd").toRealPath(), folder)
                        && Files.readString(proc.resolve("cmdline")).contains("postgres");
            }
        } catch (IOException | SecurityException e) {
            return false;
        }
        return process.info().command().filter(c -> c.contains("postgres")).isPresent();
    }

    private static long number(List<String> lines, int index) {
        try {
            return index < lines.size() ? Long.parseLong(lines.get(index).strip()) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
