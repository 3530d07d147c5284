package org.tocsin.delivery;

import java.sql.Statement;
import java.util.Objects;
import java.util.Set;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The rates of senders, besides what a claim books of them. */
@Component
@DependsOnDatabaseInitialization
public class SenderRates {
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    SenderRates(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** For what is claimed and came too late for its turns: what was booked for it is lost. */
    public Turns bookAgain(SenderLimits limits, int messages) {
        Turns turns = transaction.execute(status -> jdbc.execute((ConnectionCallback<Turns>) connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set local synchronous_commit = off"); // a crash ends these instants anyway
            }
            return Budget.book(connection, limits, messages);
        }));
        return Objects.requireNonNull(turns);
    }

    /** These senders were told that they are too fast. In the transaction that records it, and last: claims wait for the rows. */
    void slowDown(Set<String> senders) {
        jdbc.execute((ConnectionCallback<Void>) connection -> {
            Budget.cut(connection, senders);
            return null;
        });
    }
}
