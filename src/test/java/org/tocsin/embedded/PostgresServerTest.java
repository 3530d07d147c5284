package org.tocsin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One folder for all tests, as in life: each start finds what the one before it left. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class PostgresServerTest {
    @TempDir
    static Path folder;

    private static DataFolder data;
    private final List<PostgresServer> started = new ArrayList<>();

    @BeforeAll
    static void claim() {
        data = DataFolder.claim(folder);
    }

    @AfterAll
    static void release() {
        data.close();
    }

    @AfterEach
    void stop() {
        started.forEach(PostgresServer::close);
    }

    private PostgresServer start(int port) {
        PostgresServer server = PostgresServer.start(data, port);
        started.add(server);
        return server;
    }

    @ParameterizedTest
    @CsvSource({
        "fsync, on",
        "synchronous_commit, on",
        "full_page_writes, on",
        "data_checksums, on",
        "listen_addresses, 127.0.0.1",
        "unix_socket_directories, ''",
        "log_error_verbosity, terse",
        "log_min_error_statement, panic",
    })
    void itIsSetUpToKeepWhatItConfirmedAndToSayNothing(String setting, String value) throws SQLException {
        assertThat(ask(start(0), "show " + setting)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "synchronous_commit", "full_page_writes"})
    void theFileForOwnSettingsCannotSwitchDurabilityOff(String setting) throws Exception {
        Path own = Files.writeString(folder.resolve("postgres.conf"), setting + " = off\nwork_mem = '7MB'\n");
        try {
            PostgresServer server = start(0);
            assertThat(ask(server, "show " + setting)).isEqualTo("on");
            assertThat(ask(server, "show work_mem")).isEqualTo("7MB");
        } finally {
            Files.delete(own);
        }
    }

    @Test
    void aWrongOwnSettingIsNamed() throws IOException {
        Path own = Files.writeString(folder.resolve("postgres.conf"), "work_memm = '7MB'\n");
        try {
            assertThatThrownBy(() -> start(0))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining(own.toString())
                    .hasMessageContaining("work_memm");
        } finally {
            Files.delete(own);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "postgres", "wrong"})
    void withoutThePasswordNobodyGetsIn(String password) {
        PostgresServer server = start(0);
        assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.username(), password))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void thePasswordIsForItsOwnerOnly() throws IOException {
        start(0);
        assertThat(Files.getPosixFilePermissions(folder.resolve("postgres.password")))
                .hasSize(2)
                .allMatch(permission -> permission.name().startsWith("OWNER_"));
    }

    @Test
    void dataSurvivesARestart() throws SQLException {
        PostgresServer first = start(0);
        execute(first, "create table if not exists kept (n int)");
        execute(first, "insert into kept values (42)");
        first.close();
        assertThat(ask(start(0), "select n from kept")).isEqualTo("42");
    }

    @Test
    void noServerIsLeftWhenItWasClosed() throws IOException {
        PostgresServer server = start(0);
        assertThat(Postmaster.of(folder.resolve("postgres"))).isPresent();
        server.close();
        assertThat(Postmaster.of(folder.resolve("postgres"))).isEmpty();
    }

    @Test
    void whenItEndsByItselfItIsStartedAgainOnItsPort() throws Exception {
        PostgresServer server = start(0);
        execute(server, "create table if not exists outlives (n int)");
        execute(server, "insert into outlives values (7)");
        long pid = Postmaster.of(folder.resolve("postgres")).orElseThrow().pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> assertThat(
                        ask(server, "select max(n) from outlives"))
                .isEqualTo("7"));
        assertThat(Postmaster.of(folder.resolve("postgres")).orElseThrow().pid())
                .isNotEqualTo(pid);
        server.close();
        await().during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(10))
                .until(() -> Postmaster.of(folder.resolve("postgres")).isEmpty());
    }

    @Test
    void afterKillMinusNineTheNextStartFindsEveryCommit(@TempDir Path killed) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        killed.toString())
                .redirectErrorStream(true)
                .redirectOutput(killed.resolve("child.log").toFile())
                .start();
        Path committed = killed.resolve("committed");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(committed) && Files.size(committed) > 200 || !child.isAlive());
        child.destroyForcibly().waitFor();
        Postmaster orphan = Postmaster.of(killed.resolve("postgres")).orElseThrow();

        long confirmed;
        try (Stream<String> lines = Files.lines(committed)) {
            confirmed = lines.count();
        }
        try (DataFolder again = DataFolder.claim(killed);
                PostgresServer server = PostgresServer.start(again, 0)) {
            assertThat(Long.parseLong(ask(server, "select count(*) from written")))
                    .isBetween(confirmed, confirmed + 1);
            assertThat(Postmaster.of(killed.resolve("postgres")).orElseThrow().pid())
                    .isNotEqualTo(orphan.pid());
        }
        assertThat(Postmaster.of(killed.resolve("postgres"))).isEmpty();
    }

    /** The process that is killed: commits, and notes each commit that was confirmed. */
    static final class Writer {
        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            PostgresServer server = PostgresServer.start(DataFolder.claim(folder), 0);
            try (Connection connection = DriverManager.getConnection(
                            server.jdbcUrl(),
                            server.username(),
                            server.password().reveal());
                    Statement statement = connection.createStatement();
                    var note = Files.newBufferedWriter(folder.resolve("committed"))) {
                statement.execute("create table written (n int)");
                for (int n = 0; ; n++) {
                    statement.execute("insert into written values (" + n + ")");
                    note.write(n + "\n");
                    note.flush();
                }
            }
        }
    }

    @Test
    void anotherProcessWithTheNumberOfAnOldServerIsLeftAlone() throws Exception {
        start(0).close();
        Process bystander = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(
                    folder.resolve("postgres/postmaster.pid"), bystander.pid() + "\n" + folder + "\n0\n5432\n");
            assertThat(ask(start(0), "select 1")).isEqualTo("1");
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroy();
        }
    }

    @Test
    void aTakenPortIsNamedAndNoServerIsLeft() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> start(taken.getLocalPort()))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("tocsin.database.port")
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
        assertThat(Postmaster.of(folder.resolve("postgres"))).isEmpty();
    }

    @Test
    void aFolderOfAnotherMajorVersionIsRefusedWithTheWayOut() throws IOException {
        start(0).close();
        Path version = folder.resolve("postgres/PG_VERSION");
        String ours = Files.readString(version);
        Files.writeString(version, "12\n");
        try {
            assertThatThrownBy(() -> start(0))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("PostgreSQL 12")
                    .hasMessageContaining("brings " + ours.strip())
                    .hasMessageContaining("pg_dump");
        } finally {
            Files.writeString(version, ours);
        }
    }

    @Test
    void aLostPasswordIsSaidBeforeAnythingStarts() throws IOException {
        start(0).close();
        Path password = folder.resolve("postgres.password");
        Path kept = Files.move(password, folder.resolve("kept"));
        try {
            assertThatThrownBy(() -> start(0))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining(password.toString())
                    .hasMessageContaining("restore");
        } finally {
            Files.move(kept, password);
        }
    }

    @Test
    void aHalfMadeFolderIsMadeAnew(@TempDir Path other) throws Exception {
        Files.createDirectories(other.resolve("postgres.making/base"));
        Files.writeString(other.resolve("postgres.making/PG_VERSION"), "17");
        try (DataFolder half = DataFolder.claim(other);
                PostgresServer server = PostgresServer.start(half, 0)) {
            assertThat(ask(server, "select 1")).isEqualTo("1");
        }
    }

    static String ask(PostgresServer server, String question) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(question)) {
            answer.next();
            return answer.getString(1);
        }
    }

    static void execute(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(PostgresServer server) throws SQLException {
        return DriverManager.getConnection(
                server.jdbcUrl(), server.username(), server.password().reveal());
    }
}
