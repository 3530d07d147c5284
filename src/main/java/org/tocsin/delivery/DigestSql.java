package org.tocsin.delivery;

/** What becomes of the alerts in a digest when its own alert is closed. */
final class DigestSql {
    private DigestSql() {}

    /** Who was not reached before the digest ended gets what is still valid of it in the next one, which is due. */
    static final String COLLECT_AGAIN = """
            with again as (
                update withheld w set digest_id = null, due_at = statement_timestamp()
                from digest d cross join recipient r cross join alert i
                where d.id = ? and w.digest_id = d.id and w.settled_at is null
                    and r.id = w.recipient_id and r.open and r.state in ('WITHHELD', 'DIGESTED')
                    and i.id = w.alert_id and i.state in ('PLANNING', 'SENDING', 'DONE')
                    and i.expires > statement_timestamp()
                    and not exists (select from recipient t where t.alert_id = d.alert_id and t.person_id = w.person_id
                        and t.state not in ('CANCELLED', 'EXPIRED'))
                returning w.recipient_id),
            waiting as (
                update recipient set state = 'WITHHELD' where id in (select recipient_id from again)
                returning id, alert_id)
            insert into journal (alert_id, recipient_id, what, detail)
            select alert_id, id, 'withheld', 'its digest ended before it arrived' from waiting""";

    /**
     * The record of each person and alert is final. It says DIGESTED of those whom the digest was sent to; who could not be
     * reached by the digest was not told of the alert either, and neither was anybody whose digest ended with the alert.
     */
    static final String SETTLE = """
            with done as (
                update withheld w set settled_at = statement_timestamp() from digest d
                where d.id = ? and w.digest_id = d.id and w.settled_at is null
                returning w.recipient_id, w.alert_id, w.person_id, d.alert_id as digest),
            closed as (
                update recipient r set open = false, state = case
                    when r.state <> 'DIGESTED' then r.state
                    when t.state = 'EXHAUSTED' then 'EXHAUSTED'
                    when coalesce(t.state, 'CANCELLED') in ('CANCELLED', 'EXPIRED')
                        then case when i.state in ('CANCELLED', 'SUPERSEDED') then 'CANCELLED' else 'EXPIRED' end
                    else 'DIGESTED' end
                from done join alert i on i.id = done.alert_id
                left join recipient t on t.alert_id = done.digest and t.person_id = done.person_id
                where r.id = done.recipient_id returning r.id, r.alert_id, r.state)
            insert into journal (alert_id, recipient_id, what, detail)
            select alert_id, id, lower(state), 'its digest did not arrive' from closed
            where state in ('EXHAUSTED', 'CANCELLED', 'EXPIRED')""";
}
