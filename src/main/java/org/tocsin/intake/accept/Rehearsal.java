package org.tocsin.intake.accept;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Fault;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.alerts.Item;

/**
 * What would become of a trigger now: the very transaction that would accept it, and then its rollback. It is as short as
 * that one, and waits and is waited for like it; whatever takes long is asked afterwards, of what is returned.
 */
final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final String LAST = "select coalesce(max(id), 0) from alert";

    /** Those that this transaction has made. */
    private static final String MADE = """
            select state, reason, audience, message, ladder, tells, follows, lane from alert
            where id > ? and xmin = pg_current_xact_id()::xid order by id""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final IntakeTransaction intake;

    Rehearsal(JdbcTemplate jdbc, TransactionTemplate transaction, IntakeTransaction intake) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.intake = intake;
    }

    /**
     * @throws UnacceptableSubmission when it could not be stored
     * @throws IntakeUnavailable when it cannot be said now
     */
    Rehearsed of(Item item) throws UnacceptableSubmission {
        try {
            return rehearse(item);
        } catch (RuntimeException failure) {
            LOG.warn("what would become of an alert could not be said: {}", Fault.describe(failure));
            if (Fault.of(failure) == Fault.DATA) {
                throw new UnacceptableSubmission(
                        "alert", "what can be stored (SQLSTATE " + Fault.sqlState(failure) + ")");
            }
            throw new IntakeUnavailable("the ledger cannot say it now");
        }
    }

    private Rehearsed rehearse(Item item) {
        return Objects.requireNonNull(transaction.execute(status -> {
            status.setRollbackOnly(); // before anything else: whatever happens then, nothing is committed
            long last = Objects.requireNonNull(jdbc.queryForObject(LAST, Long.class));
            IntakeResult result = intake.apply(List.of(item)).get(0);
            return new Rehearsed(result, jdbc.query(MADE, (row, n) -> read(row), last));
        }));
    }

    private static Rehearsed.Part read(ResultSet row) throws SQLException {
        Array follows = row.getArray(7);
        return new Rehearsed.Part(
                AlertState.valueOf(row.getString(1)),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6).equals("REACHED"),
                follows == null ? List.of() : List.of((Long[]) follows.getArray()),
                row.getInt(8));
    }
}
