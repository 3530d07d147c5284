package org.tocsin.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A fresh, migrated database on a real PostgreSQL that all tests of this JVM share.
 *
 * <pre>{@code
 * private static final TestDatabase database = TestDatabase.fresh();
 * }</pre>
 *
 * The server starts at the first call and ends with the JVM; it does not sync ({@code fsync=off}), so it proves nothing
 * about durability. Migrations run once, into a template that the others are copied from.
 */
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name;
    private final HikariDataSource dataSource;

    private TestDatabase(String name) {
        this.name = name;
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(Server.url(name));
        pool.setMaximumPoolSize(10);
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(10_000);
        this.dataSource = new HikariDataSource(pool);
    }

    /** A database of its own with every migration applied. */
    public static TestDatabase fresh() {
        String name = "test_" + NUMBER.incrementAndGet();
        admin("create database " + name + " template " + Server.TEMPLATE);
        return new TestDatabase(name);
    }

    public DataSource dataSource() {
        return dataSource;
    }

    public JdbcClient jdbc() {
        return JdbcClient.create(dataSource);
    }

    public String name() {
        return name;
    }

    /** For a process or a pool of its own; user {@code postgres}, no password. */
    public String url() {
        return Server.url(name);
    }

    @Override
    public void close() {
        dataSource.close();
        admin("drop database if exists " + name + " with (force)");
    }

    private static void admin(String sql) {
        JdbcClient.create(new DriverManagerDataSource(Server.url("postgres")))
                .sql(sql)
                .update();
    }

    /** Started by the class loader, once: no test waits for it that does not need it. */
    private static final class Server {
        static final String TEMPLATE = "tocsin_template";
        static final EmbeddedPostgres POSTGRES = start();

        static {
            JdbcClient.create(new DriverManagerDataSource(url("postgres")))
                    .sql("create database " + TEMPLATE)
                    .update();
            Flyway.configure().dataSource(url(TEMPLATE), null, null).load().migrate();
        }

        static String url(String database) {
            return POSTGRES.getJdbcUrl("postgres", database);
        }

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
