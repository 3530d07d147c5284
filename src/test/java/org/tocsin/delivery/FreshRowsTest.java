package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.testing.TestDatabase;

/** Whether neighbours change alike or not, which is written by other statements, what is written is the same. */
class FreshRowsTest {
    private static final int PEOPLE = 12;
    private static final TestDatabase database = TestDatabase.fresh();

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void nobodyHasBeenToldYet() {
        database.jdbc().sql("truncate recipient, attempt_result, attempt_order").update();
        database.jdbc().sql("""
                insert into recipient (id, alert_id, person_id, lane, language, channels, state, open)
                select i, 1, i, 2, 'en', '{whatsapp,sms}', 'PENDING', true from generate_series(1, 12) i""").update();
    }

    /** @param alike so many neighbours each: twelve, four and one are one run, three, and more than are worth a statement each */
    @ParameterizedTest
    @ValueSource(ints = {12, 4, 1})
    void whoIsStillWhatTheClaimReadIsChangedAndNobodyElse(int alike) throws SQLException {
        database.jdbc()
                .sql("update recipient set acknowledged_at = now() where id = 2")
                .update();
        database.jdbc().sql("update recipient set lane = 0 where id = 5").update();
        database.jdbc()
                .sql("insert into attempt_result (id, state) values (7 * 32, 'SENT')")
                .update();
        database.jdbc().sql("""
                insert into attempt_order (id, alert_id, step, channel) values (9 * 32 + 1, 1, 1, 'sms')""").update();
        Set<Long> changed = Set.of(1L, 3L, 4L, 6L, 8L, 10L, 11L, 12L);

        Instant now = Instant.parse("2026-11-27T00:00:00.123456Z");
        FreshRows rows = new FreshRows();
        for (long id = 1; id <= PEOPLE; id++) {
            rows.add(id, new FreshRows.Change(step(id, alike), "WAITING", true, now, now, 0, "PENDING", null, 2));
        }
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(rows.write(connection)).isEqualTo(changed);
        }

        assertThat(stories())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, PEOPLE)
                        .mapToObj(id -> changed.contains(id) ? "WAITING " + step(id, alike) + " t t" : "PENDING 0 f f")
                        .collect(Collectors.toList()));
    }

    private static int step(long id, int alike) {
        return (int) ((id - 1) / alike % 2);
    }

    private static List<String> stories() {
        return database.jdbc().sql("""
                        select concat_ws(' ', state, step, coalesce(due_at = '2026-11-27T00:00:00.123456Z', false),
                            coalesce(accepted_at = '2026-11-27T00:00:00.123456Z', false)) from recipient order by id""").query(String.class).list();
    }
}
