package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.testing.TestDatabase;

class JournalRowsTest {
    private static final long ALERT = 7;

    private final TestDatabase database = TestDatabase.fresh();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final JournalRows rows = new JournalRows();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theSameOfManyMessagesIsOneRowAndALineForEach() throws Exception {
        LongStream.range(0, 450).forEach(person -> rows.ofMessage(ALERT, AttemptKey.of(person, 3), "accepted", null));
        rows.ofMessage(8, AttemptKey.of(1, 0), "accepted", null);
        write();

        assertThat(jdbc.queryForObject("select count(*) from journal", Integer.class))
                .as("200, 200 and 50, and one of another alert")
                .isEqualTo(4);
        assertThat(jdbc.queryForList(
                        "select recipient_id from journal_line where alert_id = 7 order by id, place", Long.class))
                .isEqualTo(LongStream.range(0, 450).boxed().toList());
        assertThat(jdbc.queryForList("select distinct attempt_no from journal_line where alert_id = 7", Integer.class))
                .containsExactly(3);
        assertThat(jdbc.queryForMap("select recipient_id, attempt_no, what, attempts from journal where alert_id = 8"))
                .containsEntry("recipient_id", 1L)
                .containsEntry("attempt_no", 0)
                .containsEntry("what", "accepted")
                .containsEntry("attempts", null);
    }

    @Test
    void whatHappenedToOnePersonStaysInItsOrder() throws Exception {
        rows.ofMessage(ALERT, AttemptKey.of(1, 0), "failed", "131026");
        rows.ofMessage(ALERT, AttemptKey.of(1, 1), "queued", "sms");
        rows.ofMessage(ALERT, AttemptKey.of(2, 0), "failed", "131026");
        rows.ofMessage(ALERT, AttemptKey.of(2, 1), "queued", "sms");
        rows.ofMessage(ALERT, AttemptKey.of(3, 0), "queued", "sms");
        rows.ofMessage(ALERT, AttemptKey.of(3, 0), "failed", "131026");
        rows.ofPerson(ALERT, 2, "exhausted", null);
        rows.ofMessage(ALERT, AttemptKey.of(2, 2), "queued", "sms");
        write();

        assertThat(story(1)).containsExactly("0 failed 131026", "1 queued sms");
        assertThat(story(2)).containsExactly("0 failed 131026", "1 queued sms", "exhausted", "2 queued sms");
        assertThat(story(3)).containsExactly("0 queued sms", "0 failed 131026");
    }

    private void write() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            rows.write(connection);
        }
    }

    private List<String> story(long person) {
        return jdbc.queryForList(
                "select concat_ws(' ', attempt_no, what, detail) from journal_line where recipient_id = ? order by id, place",
                String.class,
                person);
    }
}
