-- What happened to many messages at once is one row: a row a message took an eighth of the ledger's work for each.
alter table journal add column attempts bigint[]; -- that it tells of; null: recipient_id and attempt_no say of whom

-- A line for each message or person that the journal tells of; "place" orders those of one row.
create view journal_line as
    select j.id, coalesce(a.place, 1) as place, j.at, j.alert_id, coalesce(a.id / 32, j.recipient_id) as recipient_id,
        coalesce((a.id % 32)::smallint, j.attempt_no) as attempt_no, j.what, j.detail
    from journal j left join lateral unnest(j.attempts) with ordinality a (id, place) on true;
