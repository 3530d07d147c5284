package org.tocsin.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** {@code postgresql.conf} and {@code pg_hba.conf} of the embedded database, written anew at each start. */
final class PostgresConfiguration {
    private PostgresConfiguration() {}

    /** @param port on 127.0.0.1 */
    static void write(Path folder, int port) throws IOException {
        Files.writeString(folder.resolve("postgresql.conf"), postgresqlConf(port));
        Files.writeString(folder.resolve("pg_hba.conf"), """
                # Written by Tocsin at each start. Every connection needs the password.
                local all all                scram-sha-256
                host  all all 127.0.0.1/32   scram-sha-256
                """);
    }

    private static String postgresqlConf(int port) {
        return """
                # Written by Tocsin at each start. What you set in <data-dir>/postgres.conf comes before the lines below
                # it, which it cannot undo: without them an acknowledged alert could be lost.
                max_connections = 60
                shared_buffers = 256MB
                wal_buffers = 16MB
                wal_compression = on
                max_wal_size = 2GB
                jit = off
                timezone = 'UTC'
                log_timezone = 'UTC'
                logging_collector = on
                log_directory = 'log'
                log_filename = 'postgres-%%a.log'
                log_truncate_on_rotation = on
                log_rotation_age = 1d
                log_rotation_size = 0
                log_checkpoints = off
                include_if_exists = '../postgres.conf'

                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                password_encryption = 'scram-sha-256'
                fsync = on
                synchronous_commit = on
                full_page_writes = on
                # No statement, parameter or conflicting value is ever logged: they are people's numbers.
                log_statement = none
                log_duration = off
                log_min_duration_statement = -1
                log_min_error_statement = panic
                log_error_verbosity = terse
                """.formatted(port);
    }

    /** One sentence from what {@code pg_ctl} and the server's first log lines say. */
    static String explain(Path folder, String output) {
        String said = output.toLowerCase(Locale.ROOT);
        String start = "The embedded PostgreSQL in " + folder + " does not start: ";
        if (said.contains("no space left")) {
            return start + "the disk is full: make room";
        }
        if (said.contains("permission denied") || said.contains("has wrong ownership")) {
            return start
                    + "its files belong to another user: run Tocsin as their owner, or change the owner (chown -R)";
        }
        if (said.contains("shared memory")) {
            return start + "the system grants too little shared memory (" + lastLine(output)
                    + "): lower shared_buffers in " + folder.resolveSibling("postgres.conf");
        }
        if (said.contains("contains errors")) {
            String wrong = output.lines()
                    .filter(l -> l.contains("parameter") || l.contains("syntax error"))
                    .findFirst()
                    .map(PostgresConfiguration::withoutPrefix)
                    .orElseGet(() -> lastLine(output));
            return start + "a setting in " + folder.resolveSibling("postgres.conf") + " is wrong (" + wrong
                    + "): correct it";
        }
        return start + lastLine(output) + "; look into " + folder.resolveSibling("postgres-start.log") + " and "
                + folder.resolve("log");
    }

    /** The line that says most: the last one marked FATAL or ERROR, else the last. */
    static String lastLine(String output) {
        List<String> lines =
                output.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
        return lines.stream()
                .filter(l -> l.contains("FATAL:") || l.contains("ERROR:") || l.contains("error:"))
                .reduce((a, b) -> b)
                .or(() -> lines.stream().reduce((a, b) -> b))
                .map(PostgresConfiguration::withoutPrefix)
                .orElse("it says nothing");
    }

    private static String withoutPrefix(String line) {
        return line.strip().replaceFirst("^.*?(?:PANIC|FATAL|ERROR|LOG):\\s*", "");
    }

    /** What the server wrote since its start: first into one file, then, once its collector runs, into another. */
    static String said(Path folder, Path startLog, FileTime since) throws IOException {
        StringBuilder said = new StringBuilder(Files.exists(startLog) ? Files.readString(startLog) : "");
        Path collected = folder.resolve("log");
        if (Files.isDirectory(collected)) {
            try (Stream<Path> files = Files.list(collected)) {
                for (Path file : files.toList()) {
                    if (Files.getLastModifiedTime(file).compareTo(since) >= 0) {
                        List<String> lines = Files.readAllLines(file);
                        said.append('\n')
                                .append(String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size())));
                    }
                }
            }
        }
        return said.toString();
    }
}
