package org.tocsin.testing;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.testing.Crowd.Member;

/** What the hub's own record says, to be held against what the providers got. */
public final class LedgerCount {
    private final JdbcTemplate jdbc;

    public LedgerCount(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * {@code nothing} when no ladder goes on and nothing is due, claimed or unread; else what is left, by kind. These hubs have
     * nobody on duty: what would be told to them is HELD.
     */
    public String open() {
        return jdbc.queryForObject("""
                select coalesce(string_agg(what || ' ' || n, ', '), 'nothing') from (
                    select 'recipients', count(*) from recipient where open
                    union all select 'alerts ' || string_agg(distinct state, '/'), count(*) from alert
                        where closed_at is null and not (source = 'hub' and state = 'HELD')
                    union all select 'leases', count(*) from lease
                    union all select 'unread events', count(*) from inbox
                    union all select 'notices', count(*) from duty_notice where told_at is null) left_over (what, n)
                where n > 0""", String.class);
    }

    public long alerts() {
        return number("select count(*) from alert");
    }

    /** Alerts by which the hub told the duty group something. */
    public long notices() {
        return number("select count(*) from alert where source = 'hub'");
    }

    public long parked() {
        return number("select count(*) from parked");
    }

    /** Attempts that the provider took, as far as the hub knows; also what it then failed to deliver. */
    public long taken() {
        return number("select count(*) from attempt"
                + " where state in ('ACCEPTED', 'HELD', 'SENT', 'DELIVERED', 'READ', 'FAILED')");
    }

    /** Attempts of which nobody ever learned whether the provider took them. */
    public long unknown() {
        return number("select count(*) from attempt where state = 'UNCONFIRMED'");
    }

    /** Attempts whose outcome was unknown at some time, by reason; those included of which a receipt told later. */
    public Map<String, Long> onceUnknown() {
        Map<String, Long> reasons = new TreeMap<>();
        jdbc.query(
                "select coalesce(detail, '') as reason, count(*) as n from journal_line"
                        + " where what = 'unconfirmed' and attempt_no is not null group by 1",
                row -> {
                    reasons.put(row.getString("reason"), row.getLong("n"));
                });
        return reasons;
    }

    /** Attempts to one person whose outcome was unknown at some time. */
    public long onceUnknownOf(Member member) {
        Long found = jdbc.queryForObject("""
                select count(*) from journal_line j join recipient r on r.id = j.recipient_id
                join contact c on c.person_id = r.person_id
                where c.ext_id = ? and j.what = 'unconfirmed'""", Long.class, member.id());
        return found == null ? -1 : found;
    }

    /** The state of an alert and of one person's part in it. Who was refused every rung because the alert ended is EXPIRED. */
    public String endOf(Member member, String identifier) {
        return jdbc.queryForObject("""
                select coalesce(string_agg(a.state || coalesce(' ' || case
                    when r.state = 'EXHAUSTED' and not exists (
                        select from attempt t where t.id / 32 = r.id and t.state <> 'SUPPRESSED'
                            and coalesce(t.code, '') not in ('expired', 'outlives-alert')) then 'EXPIRED'
                    else r.state end, ''), ', '), 'no such alert')
                from alert a left join (recipient r join contact c on c.person_id = r.person_id and c.ext_id = ?)
                    on r.alert_id = a.id
                where a.identifier = ?""", String.class, member.id(), identifier);
    }

    /** What the journal says of the repeats of one person's message. */
    public List<String> repeatsOf(Member member) {
        return jdbc.queryForList("""
                select j.detail from journal_line j join recipient r on r.id = j.recipient_id
                join contact c on c.person_id = r.person_id
                where c.ext_id = ? and j.what = 'queued' and j.detail like '% repeat after an unknown outcome%'""", String.class, member.id());
    }

    /** What the journal says of a person, and how the person's part in each alert stands: for the report of a failure. */
    public String storyOf(Member member) {
        return jdbc.queryForObject("""
                select r.states || ': ' || string_agg(to_char(j.at, 'HH24:MI:SS.MS ') || coalesce(j.attempt_no || ' ', '')
                    || j.what || coalesce(' ' || j.detail, ''), ', ' order by j.id)
                from (select string_agg(r.alert_id || ' ' || r.state, ' ' order by r.alert_id) states, array_agg(r.id) ids
                      from recipient r join contact c on c.person_id = r.person_id where c.ext_id = ?) r
                left join journal_line j on j.recipient_id = any (r.ids) group by r.states""", String.class, member.id());
    }

    private long number(String sql) {
        Long found = jdbc.queryForObject(sql, Long.class);
        return found == null ? -1 : found;
    }
}
