package org.tocsin.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.embedded.DataFolder;
import org.tocsin.embedded.PostgresServer;

/**
 * Who was told, and when, for the idempotent consumer of {@link PlainRoute}: a row before a message is posted, and its
 * time when it is answered, in a PostgreSQL with the settings of the hub's own. One statement each, where Camel's own
 * repository needs more.
 */
final class PlainRecord extends ServiceSupport implements IdempotentRepository {
    private final JdbcTemplate jdbc;

    private PlainRecord(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** @param connections as many as there are consumers: their commits share a write to the disk */
    static PlainRecord start(Path folder, int connections) {
        PostgresServer server = PostgresServer.start(DataFolder.claim(folder), 0);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(server.jdbcUrl());
        pool.setUsername(server.username());
        pool.setPassword(server.password().reveal());
        pool.setMaximumPoolSize(connections);
        JdbcTemplate jdbc = new JdbcTemplate(new HikariDataSource(pool));
        jdbc.execute(
                "create table told (key text primary key, posted_at timestamptz not null, answered_at timestamptz)");
        return new PlainRecord(jdbc);
    }

    @Override
    public boolean add(String key) {
        return jdbc.update("insert into told (key, posted_at) values (?, now()) on conflict do nothing", key) == 1;
    }

    @Override
    public boolean contains(String key) {
        return Boolean.TRUE.equals(
                jdbc.queryForObject("select exists (select from told where key = ?)", Boolean.class, key));
    }

    @Override
    public boolean confirm(String key) {
        return jdbc.update("update told set answered_at = now() where key = ?", key) == 1;
    }

    @Override
    public boolean remove(String key) {
        return jdbc.update("delete from told where key = ?", key) == 1;
    }

    @Override
    public void clear() {
        jdbc.update("delete from told");
    }
}
