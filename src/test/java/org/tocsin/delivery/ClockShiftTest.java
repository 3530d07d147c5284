package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tocsin.testing.TestDatabase;

/** Whoever adds an instant to the database says whether something waits for it. */
class ClockShiftTest {
    private static final Pattern TABLE = Pattern.compile("update (\\w+)");
    private static final Pattern COLUMN = Pattern.compile("(\\w+) = \\1 \\+ make_interval");

    /** They tell when something was, or what a clock elsewhere said; no wait is counted from them. */
    private static final List<String> PAST = List.of(
            "alert.closed_at",
            "alert.decided_at",
            "alert.planned_at",
            "alert.received_at",
            "alert.sent",
            "attempt_result.delivered_at",
            "attempt_result.failed_at",
            "attempt_result.handed_at",
            "attempt_result.read_at",
            "attempt_result.sent_at",
            "brake_source.storm_at",
            "brake_source.storm_last_at",
            "brake_source.told_at",
            "brake_source.window_at",
            "cancel_ahead.at",
            "cancel_ahead.sent",
            "channel_off.since",
            "consent_event.at",
            "consent_state.at",
            "contact.changed_at",
            "contact_address.unusable_since",
            "digest.ended_at",
            "digest.made_at",
            "duty_notice.told_at",
            "feed.baselined_at",
            "feed.failed_at",
            "feed.newest_at",
            "feed.succeeded_at",
            "feed_entry.first_seen_at",
            "feed_entry.gone_at",
            "grouped_alert.at",
            "grouped_alert.sent",
            "heartbeat.seen_at",
            "heartbeat.silent_since",
            "heartbeat_tick.at",
            "hub_event.at",
            "hub_event.told_at",
            "hub_mark.at",
            "inbound_seen.at",
            "inbox.received_at",
            "incident.observed_at",
            "incident.opened_at",
            "journal.at",
            "key_fingerprint.written_at",
            "ledger_hold.released_at",
            "ledger_hold.since",
            "mail_in.at",
            "parked.notice_at",
            "parked.received_at",
            "parked.replayed_at",
            "provider_circuit.receipts_seen_at",
            "provider_event.at",
            "provider_event.told_at",
            "publication.aside_at",
            "publication.at",
            "recipient.acknowledged_at",
            "request_key.used_at",
            "storm_cause.began_at",
            "storm_cause.last_at",
            "storm_cause.window_at",
            "subscription.began_at",
            "subscription.told_at",
            "withheld.settled_at");

    @Test
    void everyInstantOfTheDatabaseIsMovedWithItsClockOrKnownToBePast() {
        Set<String> instants = new HashSet<>();
        try (TestDatabase database = TestDatabase.fresh()) {
            instants.addAll(database.jdbc().sql("""
                    select c.table_name || '.' || c.column_name from information_schema.columns c
                    join information_schema.tables t on t.table_name = c.table_name and t.table_schema = c.table_schema
                    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
                        and c.data_type = 'timestamp with time zone'""").query(String.class).list());
        }
        Set<String> moved = new HashSet<>();
        Stream.concat(ClockShift.MOVED.stream(), Stream.of(ClockShift.INCIDENTS_AHEAD))
                .forEach(statement -> {
                    Matcher table = TABLE.matcher(statement);
                    Matcher column = COLUMN.matcher(statement);
                    while (column.find()) {
                        assertThat(table.find(0)).isTrue();
                        moved.add(table.group(1) + "." + column.group(1));
                    }
                });
        assertThat(instants).containsAll(moved).containsAll(PAST);
        assertThat(moved).doesNotContainAnyElementsOf(PAST);
        instants.removeAll(moved);
        assertThat(instants).containsExactlyInAnyOrderElementsOf(PAST);
    }
}
