package org.tocsin.testing;

import java.net.URI;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A database that nobody can reach, until it is closed. */
public final class DatabaseOutage implements AutoCloseable {
    private final JdbcClient server;
    private final String database;

    private DatabaseOutage(String url) {
        URI uri = URI.create(url.substring("jdbc:".length()));
        database = uri.getPath().substring(1);
        server = JdbcClient.create(new DriverManagerDataSource(url.replace("/" + database, "/postgres")));
    }

    /** Breaks every connection and refuses new ones. */
    public static DatabaseOutage of(TestDatabase database) {
        DatabaseOutage outage = new DatabaseOutage(database.url());
        outage.server
                .sql("alter database " + outage.database + " with allow_connections false")
                .update();
        outage.server
                .sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = ?")
                .param(outage.database)
                .query()
                .listOfRows();
        return outage;
    }

    @Override
    public void close() {
        server.sql("alter database " + database + " with allow_connections true")
                .update();
    }
}
