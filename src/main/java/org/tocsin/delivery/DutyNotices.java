package org.tocsin.delivery;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What the duty group has to be told about alerts; rows that any part of the hub writes in its own transaction. */
@Component
public class DutyNotices {
    private final JdbcTemplate jdbc;

    DutyNotices(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** @param count of the people that it is about, 0 where it is about the alert itself */
    public record Notice(
            long alertId, String kind, int number, Instant dueAt, String event, String reason, long count) {}

    public List<Notice> due() {
        return jdbc.query(
                """
                select d.alert_id, d.kind, d.number, d.due_at, a.event, coalesce(a.reason, ''),
                    case d.kind when 'exhausted' then (select count(*) from recipient r
                            where r.alert_id = a.id and r.state = 'EXHAUSTED')
                        when 'need-help' then (select count(*) from recipient r
                            where r.alert_id = a.id and r.answer = 'NEED_HELP')
                        else 0 end
                from duty_notice d join alert a on a.id = d.alert_id
                where d.told_at is null and d.due_at <= clock_timestamp()
                order by d.due_at limit 20""",
                (row, n) -> new Notice(
                        row.getLong(1),
                        row.getString(2),
                        row.getInt(3),
                        row.getObject(4, OffsetDateTime.class).toInstant(),
                        row.getString(5),
                        row.getString(6),
                        row.getLong(7)));
    }

    /** The notice is an alert of its own now; its identity makes a repeated hand-over harmless. */
    public void told(Notice notice) {
        jdbc.update("""
                update duty_notice set told_at = clock_timestamp()
                where alert_id = ? and kind = ? and number = ?""", notice.alertId(), notice.kind(), notice.number());
    }
}
