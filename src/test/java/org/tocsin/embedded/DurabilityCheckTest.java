package org.tocsin.embedded;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class DurabilityCheckTest {
    @TempDir
    static Path folder;

    private static DataFolder data;
    private static PostgresServer server;

    @BeforeAll
    static void start() {
        data = DataFolder.claim(folder);
        server = PostgresServer.start(data, 0);
    }

    @AfterAll
    static void stop() {
        server.close();
        data.close();
    }

    @Test
    void theEmbeddedDatabasePasses() {
        assertThatCode(() -> check(false)).doesNotThrowAnyException();
    }

    @Test
    void aRoleWhoseCommitsAreNotSyncedIsRefusedLiveAndTakenInTheDemo() throws SQLException {
        PostgresServerTest.execute(server, "alter role tocsin set synchronous_commit = off");
        try {
            assertThatThrownBy(() -> check(false))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("synchronous_commit is off")
                    .hasMessageContaining("spring.datasource.url")
                    .hasMessageContaining("to on in postgresql.conf");
            assertThatCode(() -> check(true)).doesNotThrowAnyException();
        } finally {
            PostgresServerTest.execute(server, "alter role tocsin reset synchronous_commit");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "full_page_writes", "synchronous_commit"})
    void aSettingOfTheServerThatIsOffIsRefused(String setting) throws Exception {
        Path automatic = folder.resolve("postgres/postgresql.auto.conf");
        String before = Files.readString(automatic);
        try {
            restartWith(automatic, setting + " = off\n");
            assertThatThrownBy(() -> check(false)).hasMessageContaining(setting + " is off");
        } finally {
            restartWith(automatic, before);
        }
    }

    private static void restartWith(Path automatic, String settings) throws Exception {
        server.close();
        Files.writeString(automatic, settings);
        server = PostgresServer.start(data, 0);
    }

    private static void check(boolean demo) throws SQLException {
        DataSource source = new DriverManagerDataSource(
                server.jdbcUrl(), server.username(), server.password().reveal());
        HubSettings hub = new HubSettings(folder.toString(), "", demo, "routes", new HubSettings.Database(0));
        BrokerSettings broker = new BrokerSettings("vm://1", "", null, "127.0.0.1", "", 0, 0, -1, -1, List.of());
        new DurabilityCheck(source, hub, broker).afterPropertiesSet();
    }
}
