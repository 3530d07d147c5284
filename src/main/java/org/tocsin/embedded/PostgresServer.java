package org.tocsin.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.privacy.Secret;

/**
 * PostgreSQL on {@code <data-dir>/postgres}, as a process of its own that this one starts and stops. It syncs every
 * commit, listens on loopback only, and wants a password that is made at random when the folder is.
 *
 * <p>{@code kill -9} of the JVM leaves it running: the next start stops it in good order, and starts it anew with the
 * settings of that release. When it ends by itself it is started again ({@link ServerWatch}). Nothing committed is lost by
 * this, or by the death of either process.
 */
public final class PostgresServer implements AutoCloseable {
    static final String USER = "tocsin";
    static final String DATABASE = "tocsin";
    static final String PORT_KEY = "tocsin.database.port";
    private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final PostgresBinaries binaries;
    private final Path folder;
    private final int port;
    private final Secret password;
    private @Nullable ServerWatch watch;
    private boolean closed;

    private PostgresServer(PostgresBinaries binaries, Path folder, int port, Secret password) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
        this.password = password;
    }

    /**
     * Makes the database when there is none, stops one that a killed process left behind, and starts it.
     *
     * @param wantedPort 0 for any that is free
     * @throws StartRefused with the remedy
     */
    public static PostgresServer start(DataFolder data, int wantedPort) {
        Path folder = data.resolve("postgres");
        try {
            PostgresBinaries binaries = PostgresBinaries.unpackInto(data.resolve("postgres-binaries"));
            PostgresPassword password = new PostgresPassword(data.resolve("postgres.password"));
            if (Files.exists(folder.resolve("PG_VERSION"))) {
                refuseOtherVersion(folder, binaries);
                password.refuseWhenLost(folder);
                stopLeftBehind(folder, binaries);
            } else {
                create(folder, binaries, password);
            }
            PostgresServer server = launch(binaries, folder, wantedPort, password.read());
            server.createDatabase();
            server.watch = new ServerWatch("PostgreSQL", server::revive);
            return server;
        } catch (IOException e) {
            throw new StartRefused(
                    "The embedded PostgreSQL in " + folder + " could not be started ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "): check space and rights of that folder",
                    e);
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    public String username() {
        return USER;
    }

    public Secret password() {
        return password;
    }

    public int port() {
        return port;
    }

    /** On the same port. @return whether it had ended */
    private synchronized boolean revive() throws IOException {
        if (closed || Postmaster.of(folder).isPresent()) {
            return false;
        }
        stopLeftBehind(folder, binaries);
        launch(binaries, folder, port, password);
        return true;
    }

    /** Fast: rolls back what is open and writes a checkpoint. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (watch != null) {
            watch.close();
        }
        try {
            stop(folder, binaries);
        } catch (IOException e) {
            log.warn("The embedded PostgreSQL did not stop; the next start will stop it", e);
        }
    }

    private static PostgresServer launch(PostgresBinaries binaries, Path folder, int wantedPort, Secret password)
            throws IOException {
        Path startLog = folder.resolveSibling("postgres-start.log");
        for (int attempt = 1; ; attempt++) {
            int port = wantedPort == 0 ? freePort() : wantedPort;
            PostgresConfiguration.write(folder, port);
            Files.deleteIfExists(startLog);
            FileTime since = Files.getLastModifiedTime(folder.resolve("postgresql.conf"));
            PostgresBinaries.Result start = binaries.run(
                    START,
                    "pg_ctl",
                    "start",
                    "-w",
                    "-t",
                    Long.toString(START.toSeconds() - 5),
                    "-D",
                    folder.toString(),
                    "-l",
                    startLog.toString());
            if (!start.failed()) {
                return new PostgresServer(binaries, folder, port, password);
            }
            stop(folder, binaries);
            String why = start.output() + PostgresConfiguration.said(folder, startLog, since);
            if (!why.contains("Address already in use") && !why.contains("could not bind")) {
                throw new StartRefused(PostgresConfiguration.explain(folder, why));
            }
            if (wantedPort != 0) {
                throw new StartRefused(PORT_KEY + ": port " + wantedPort
                        + " of 127.0.0.1 is taken by another program: free it, or set the key to 0 for any free port");
            }
            if (attempt == 5) {
                throw new StartRefused("The embedded PostgreSQL found no free port of 127.0.0.1: set " + PORT_KEY);
            }
        }
    }

    /** Made beside its place and moved there when complete: a start that was killed half-way leaves no half database. */
    private static void create(Path folder, PostgresBinaries binaries, PostgresPassword password) throws IOException {
        Path making = folder.resolveSibling("postgres.making");
        org.apache.commons.io.FileUtils.deleteDirectory(making.toFile());
        password.createIfAbsent();
        PostgresBinaries.Result made = binaries.run(
                START,
                "initdb",
                "--pgdata=" + making,
                "--username=" + USER,
                "--pwfile=" + password.file(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums");
        if (made.failed()) {
            throw new StartRefused("The embedded PostgreSQL could not be made in " + folder + " ("
                    + PostgresConfiguration.lastLine(made.output()) + "): check space and rights of that folder");
        }
        Files.move(making, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void refuseOtherVersion(Path folder, PostgresBinaries binaries) throws IOException {
        String written = Files.readString(folder.resolve("PG_VERSION")).strip();
        int ours = binaries.majorVersion();
        if (!written.equals(Integer.toString(ours))) {
            throw new StartRefused("The database in " + folder + " was written by PostgreSQL " + written
                    + ", and this release of Tocsin brings " + ours
                    + ": dump it with the release that wrote it (pg_dump), move the folder away, start, and restore");
        }
    }

    private static void stopLeftBehind(Path folder, PostgresBinaries binaries) throws IOException {
        Optional<Postmaster> old = Postmaster.of(folder);
        if (old.isPresent()) {
            log.info(
                    "Stopping the database that a process which was killed left behind, pid {}",
                    old.get().pid());
            stop(folder, binaries);
            if (Postmaster.of(folder).isPresent()) {
                throw new StartRefused("The database in " + folder + " is still served by process "
                        + old.get().pid() + " and does not stop: end that process, then start again");
            }
        } else {
            // Names no server of ours: PostgreSQL would take any process of that number for one.
            Files.deleteIfExists(folder.resolve("postmaster.pid"));
        }
    }

    private static void stop(Path folder, PostgresBinaries binaries) throws IOException {
        for (String mode : new String[] {"fast", "immediate"}) {
            if (Postmaster.of(folder).isEmpty()) {
                return;
            }
            // "immediate" is a crash: the write-ahead log is replayed at the next start, nothing committed is lost.
            binaries.run(
                    STOP.plusSeconds(2),
                    "pg_ctl",
                    "stop",
                    "-w",
                    "-m",
                    mode,
                    "-t",
                    Long.toString("fast".equals(mode) ? 8 : 4),
                    "-D",
                    folder.toString());
        }
    }

    private void createDatabase() {
        Properties login = new Properties();
        login.setProperty("user", USER);
        login.setProperty("password", password.reveal());
        login.setProperty("connectTimeout", "10");
        try (Connection connection =
                        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", login);
                Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
            if (!found.next()) {
                statement.execute("create database " + DATABASE);
            }
        } catch (SQLException e) {
            close();
            throw new StartRefused(
                    "28P01".equals(e.getSQLState())
                            ? "The password in " + folder.resolveSibling("postgres.password")
                                    + " is not the one of the database in " + folder
                                    + ": restore both from the same backup"
                            : "The embedded PostgreSQL in " + folder + " started and does not answer (SQLSTATE "
                                    + e.getSQLState() + "): look into " + folder.resolve("log"),
                    e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
