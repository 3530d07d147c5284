package org.tocsin.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.tocsin.testing.KeptPlan;
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
        assertThat(keptPlan(List.of("bigint[]"), JdbcDirectory.CONTACTS.formatted("select unnest(?)")))
                .contains("contact_by_person")
                .doesNotContain("Seq Scan");
        assertThat(keptPlan(List.of("bigint[]"), JdbcDirectory.CHANNELS))
                .contains("contact_address_pkey", "consent_state_pkey")
                .doesNotContain("Seq Scan");
        for (String addresses : List.of(JdbcDirectory.ADDRESSES, JdbcDirectory.ADDRESSES_OF_JOINED)) {
            assertThat(keptPlan(List.of("text", "bigint[]"), addresses))
                    .contains("contact_by_person", "contact_address_pkey", "consent_state_pkey")
                    .doesNotContain("Seq Scan", "Hash ", "Merge ", "contact_address_owner");
        }
    }

    private static String keptPlan(List<String> types, String sql) throws SQLException {
        return KeptPlan.of(database, types, sql, "set enable_seqscan = off");
    }
}
