package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.testing.KeptPlan;
import org.tocsin.testing.TestDatabase;

/** What the statements of the hot path read and whom they make wait, which no result of theirs shows. */
class HotStatementsTest {
    /** How every decision about an alert locks it: cancel, reject, release. */
    private static final String DECIDE = "select * from alert where id = 1 for update";

    private static final List<String> FRESH_EACH = List.of(
            "int8[]",
            "int2[]",
            "text[]",
            "bool[]",
            "timestamptz[]",
            "timestamptz[]",
            "int2[]",
            "text[]",
            "timestamptz[]",
            "int2[]");

    private static final List<String> FRESH_ALIKE = List.of(
            "int",
            "text",
            "bool",
            "timestamptz",
            "timestamptz",
            "int8[]",
            "text",
            "int",
            "int",
            "timestamptz",
            "int8[]",
            "int8[]");

    private static final TestDatabase database = TestDatabase.fresh();

    @BeforeAll
    static void anAlertIsBeingPlanned() {
        database.jdbc().sql("""
                insert into alert (id, site, mode, identifier, sender, sent, content_hash, source, submitted_by,
                    status, msg_type, event, severity, urgency, lane, state, cap, expires)
                overriding system value values (1, 'main', 'live', 'i', 's', now(), 'h', 'api', 'k', 'Actual',
                    'Alert', 'Flood', 'Severe', 'Immediate', 0, 'PLANNING', '{}', now() + interval '1 hour')""").update();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {QueueRows.TAKE, LadderClock.DUE})
    void whatIsNotDueYetIsNotRead(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement settings = connection.createStatement()) {
            settings.execute("set enable_seqscan = off");
            settings.execute("set enable_bitmapscan = off");
            assertThat(plan(connection, sql))
                    .containsPattern("Index Cond: .*due_at <= statement_timestamp\\(\\)")
                    .doesNotContain("Filter: (due_at");
        }
    }

    /** The plan of an empty table is kept while the first fan-out fills it. */
    @Test
    void theAttemptsOfEachRecipientAreFoundByTheirIdsAlsoInATableThatWasEmptyWhenThePlanWasMade() throws SQLException {
        assertThat(keptPlan(LedgerRows.ATTEMPTS))
                .contains("attempt_order_pkey")
                .contains("attempt_result_pkey")
                .doesNotContain("Seq Scan");
    }

    @Test
    void whatIsClaimedIsFoundByItsIdsAlsoInTablesThatWereEmptyWhenThePlanWasMade() throws SQLException {
        assertThat(KeptPlan.of(database, List.of("int8[]", "int8[]"), Taken.ORDERED, "set enable_seqscan = off"))
                .contains("attempt_order_pkey", "attempt_result_pkey")
                .doesNotContain("Seq Scan", "Merge ", "Hash ", "Bitmap", "SubPlan");
        assertThat(keptPlan(Taken.RECIPIENTS, "set enable_seqscan = off"))
                .contains("recipient_pkey")
                .doesNotContain("Seq Scan", "Bitmap");
    }

    @Test
    void theOutcomesOfFirstMessagesFindTheirRowsByTheirIdsAlsoInTablesThatWereEmptyWhenThePlanWasMade()
            throws SQLException {
        assertThat(KeptPlan.of(database, FRESH_EACH, FreshRows.EACH, "set enable_seqscan = off"))
                .contains("recipient_pkey", "attempt_result_pkey", "attempt_order_pkey")
                .doesNotContain("Seq Scan", "Merge ", "Hash ", "Bitmap");
        assertThat(KeptPlan.of(database, FRESH_ALIKE, FreshRows.ALIKE, "set enable_seqscan = off"))
                .contains("recipient_pkey", "attempt_result_pkey", "attempt_order_pkey")
                .doesNotContain("Seq Scan", "Merge ", "Hash ", "Bitmap");
    }

    @Test
    void claimsGoOnWhileAChunkIsPlannedAndTheOtherWayRound() throws SQLException {
        try (Connection planner = open();
                Connection claimer = open()) {
            assertThat(lock(planner, Planner.NEXT)).isEqualTo(1);
            assertThat(lock(claimer, Claims.RUNNING)).isEqualTo(1);
            planner.rollback();
            assertThat(lock(planner, Planner.NEXT)).isEqualTo(1);
        }
    }

    @Test
    void aClaimWaitsForADecisionThatIsBeingCommitted() throws SQLException {
        try (Connection operator = open();
                Connection claimer = open()) {
            lock(operator, DECIDE);
            assertThatThrownBy(() -> lock(claimer, Claims.RUNNING)).hasMessageContaining("lock timeout");
        }
    }

    @Test
    void aDecisionWaitsForAClaimThatIsBeingCommitted() throws SQLException {
        try (Connection operator = open();
                Connection claimer = open()) {
            lock(claimer, Claims.RUNNING);
            assertThatThrownBy(() -> lock(operator, DECIDE)).hasMessageContaining("lock timeout");
        }
    }

    private static Connection open() throws SQLException {
        Connection connection = database.dataSource().getConnection();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '300ms'");
        }
        return connection;
    }

    /** @return the number of rows that were locked */
    private static int lock(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameters = (int) sql.chars().filter(c -> c == '?').count();
            if (parameters > 1) {
                statement.setString(1, "a hub");
            }
            if (parameters > 0) {
                statement.setArray(parameters, connection.createArrayOf("bigint", new Object[] {1L}));
            }
            try (ResultSet row = statement.executeQuery()) {
                int rows = 0;
                while (row.next()) {
                    rows++;
                }
                return rows;
            }
        }
    }

    /** Of a statement with one array of ids. */
    private static String keptPlan(String sql, String... settings) throws SQLException {
        return KeptPlan.of(database, List.of("bigint[]"), sql, settings);
    }

    private static String plan(Connection connection, String sql) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (PreparedStatement statement = connection.prepareStatement("explain " + sql)) {
            boolean claim = sql.equals(QueueRows.TAKE);
            if (claim) {
                statement.setString(1, "whatsapp");
                statement.setInt(2, 500);
                statement.setInt(3, 3);
            }
            statement.setInt(claim ? 4 : 1, 500);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    plan.append(row.getString(1)).append('\n');
                }
            }
        }
        return plan.toString();
    }
}
