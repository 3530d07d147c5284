package org.tocsin.embedded;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/**
 * A commit must mean "on the disk": a trigger's source is told "taken" on the strength of it. Asked of the database
 * itself before anything is taken in, because a setting can come from four places, and some installations switch it
 * off for speed.
 */
@Component
public final class DurabilityCheck implements InitializingBean {
    private static final Logger log = LoggerFactory.getLogger(DurabilityCheck.class);
    private static final List<String> SETTINGS = List.of("fsync", "synchronous_commit", "full_page_writes");
    private static final String UNDEFINED_OBJECT = "42704";

    private final DataSource dataSource;
    private final boolean demo;
    private final boolean ownBroker;

    public DurabilityCheck(DataSource dataSource, HubSettings hub, BrokerSettings broker) {
        this.dataSource = dataSource;
        this.demo = hub.demo();
        this.ownBroker = broker.url().startsWith("vm:");
    }

    @Override
    public void afterPropertiesSet() throws SQLException {
        check();
        if (!ownBroker) {
            log.info("Whether the broker of tocsin.broker.url syncs its journal cannot be seen from here: make sure");
        }
    }

    /** @throws StartRefused when live, naming each setting that is off */
    void check() throws SQLException {
        List<String> off = off();
        if (off.isEmpty()) {
            return;
        }
        String sentence =
                "The database (spring.datasource.url) can lose what it has confirmed: " + String.join(", ", off)
                        + ": set " + (off.size() == 1 ? "it" : "them")
                        + " to on in postgresql.conf, for the role and for the database, and reload it";
        if (!demo) {
            throw new StartRefused(sentence);
        }
        log.warn("Live, this would not start. {}", sentence);
    }

    private List<String> off() throws SQLException {
        List<String> off = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                try (ResultSet value = statement.executeQuery("show " + setting)) {
                    if (value.next() && "off".equals(value.getString(1))) {
                        off.add(setting + " is off");
                    }
                } catch (SQLException e) {
                    if (!UNDEFINED_OBJECT.equals(e.getSQLState())) {
                        throw e;
                    }
                    // A database that only speaks PostgreSQL's protocol: it has its own way of being durable.
                    log.warn("The database knows no setting {}: make sure that it syncs each commit", setting);
                }
            }
        }
        return off;
    }
}
