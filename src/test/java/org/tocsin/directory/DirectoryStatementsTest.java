package org.tocsin.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.tocsin.testing.TestDatabase;

/** What the look-ups of each plan and claim read, which no result of theirs shows. */
class DirectoryStatementsTest {
    private static final TestDatabase database = TestDatabase.fresh();

    @AfterAll
    static void close() {
        database.close();
    }

    /** The plan of an empty table is kept while an import fills it. */
    @Test
    void personsAreFoundByTheirIdsAlsoInTablesThatWereEmptyWhenThePlanWasMade() throws SQLException {
        assertThat(keptPlan("bigint[]", JdbcDirectory.CONTACTS.formatted("select unnest($1)"), "'{1}'"))
                .contains("contact_by_person")
                .doesNotContain("Seq Scan");
        assertThat(keptPlan("bigint[]", JdbcDirectory.CHANNELS.replace("?", "$1"), "'{1}'"))
                .contains("contact_address_pkey", "consent_state_pkey")
                .doesNotContain("Seq Scan");
        for (String addresses : List.of(JdbcDirectory.ADDRESSES, JdbcDirectory.ADDRESSES_OF_JOINED)) {
            assertThat(keptPlan(
                            "text, bigint[]",
                            addresses.replaceFirst("\\?", "\\$1").replaceFirst("\\?", "\\$2"),
                            "'sms', '{1}'"))
                    .contains("contact_by_person", "contact_address_pkey", "consent_state_pkey")
                    .doesNotContain("Seq Scan", "Hash ", "Merge ", "contact_address_owner");
        }
    }

    private static String keptPlan(String types, String sql, String values) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set enable_seqscan = off");
            statement.execute("set plan_cache_mode = force_generic_plan");
            statement.execute("prepare kept (" + types + ") as " + sql);
            StringBuilder plan = new StringBuilder();
            try (ResultSet row = statement.executeQuery("explain execute kept (" + values + ")")) {
                while (row.next()) {
                    plan.append(row.getString(1)).append('\n');
                }
            }
            statement.execute("deallocate kept");
            return plan.toString();
        }
    }
}
