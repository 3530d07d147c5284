package org.tocsin.testing;

import java.net.URI;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A database that nobody can reach, or that can only be read, until it is closed. */
public final class DatabaseOutage implements AutoCloseable {
    private final JdbcClient server;
    private final String database;
    private final String end;

    private DatabaseOutage(String url, String begin, String end) {
        URI uri = URI.create(url.substring("jdbc:".length()));
        this.database = uri.getPath().substring(1);
        this.end = end;
        this.server = JdbcClient.create(new DriverManagerDataSource(url.replace("/" + database, "/postgres")));
        server.sql("alter database " + database + " " + begin).update();
        breakConnections();
    }

    /** Breaks every connection and refuses new ones. */
    public static DatabaseOutage of(TestDatabase database) {
        return new DatabaseOutage(database.url(), "with allow_connections false", "with allow_connections true");
    }

    /** Breaks every connection; new ones may read, and write nothing. */
    public static DatabaseOutage readOnly(TestDatabase database) {
        return new DatabaseOutage(
                database.url(), "set default_transaction_read_only = on", "reset default_transaction_read_only");
    }

    private void breakConnections() {
        server.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = ?")
                .param(database)
                .query()
                .listOfRows();
    }

    @Override
    public void close() {
        server.sql("alter database " + database + " " + end).update();
        if (end.startsWith("reset")) {
            breakConnections();
        }
    }
}
