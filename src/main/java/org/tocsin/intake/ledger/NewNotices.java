package org.tocsin.intake.ledger;

import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the duty group has to be told at once, of one transaction. */
public final class NewNotices {
    /** An alert waits for a person. */
    public static final String HELD = "held";
    /** It went on, but some of its addresses are nobody's. */
    public static final String UNKNOWN_ADDRESS = "unknown-address";
    /** Somebody said something else under the identity of this alert, or tried to, and does not read our answer. */
    public static final String CONFLICT = "conflict";

    private record Notice(long alertId, String kind) {}

    private final List<Notice> notices = new ArrayList<>();

    public void add(long alertId, String kind) {
        notices.add(new Notice(alertId, kind));
    }

    public void write(JdbcTemplate jdbc) {
        if (!notices.isEmpty()) {
            jdbc.update(Rows.of(notices)
                    .column(Notice::alertId)
                    .column(Notice::kind)
                    .statement("insert into duty_notice (alert_id, kind, due_at)"
                            + " select distinct a, k, now() from unnest(?::bigint[], ?::text[]) as n (a, k)"
                            + " on conflict do nothing"));
        }
    }
}
