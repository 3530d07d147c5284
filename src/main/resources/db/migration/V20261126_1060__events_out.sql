-- Events for other tools: a row an event and subscription, written in the transaction of the change that it tells of, and
-- gone when its tool has it. Nothing is written where there is no subscription, and nothing for a single delivery ever.

-- Who this ledger is to others: the source of its events, by which it knows them when they come back.
create table ledger_name (
    one  boolean primary key default true check (one),
    name uuid    not null default gen_random_uuid()
);
insert into ledger_name default values;

-- The hubs (their ledgers) whose events led to this alert, separated by blanks; null: it came from no hub.
alter table alert add column via text;

-- One row for each route that begins with alert-events:<name>, since it was first served.
create table subscription (
    name        text        primary key,
    began_at    timestamptz not null default clock_timestamp(),
    served_at   timestamptz not null default clock_timestamp(), -- what no hub serves for seven days gets no more events
    lease_owner text,                 -- the hub that publishes
    lease_until timestamptz,
    told_at     timestamptz           -- when the duty group was told last that events were put aside
);

create table publication (
    id           bigint generated always as identity primary key, -- in the order of the changes of one chain
    event        uuid        not null,           -- the same in each subscription, and at each repetition
    subscription text        not null,
    chain        bigint      not null,           -- the first of the alerts that follow one another: told in their order
    alert_id     bigint      not null,
    was          text,                           -- the alert's state before; null: it is new
    state        text        not null,           -- and after; PROGRESS: how many people it has reached
    counts       text,                           -- of PROGRESS, as JSON
    at           timestamptz not null default clock_timestamp(),
    since        timestamptz not null default clock_timestamp(), -- its age is counted from here: anew after a replay
    due_at       timestamptz not null default clock_timestamp(),
    tries        integer     not null default 0,
    aside_at     timestamptz,                    -- not tried any more, until an operator says so
    failure      text                            -- a sentence of ours
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index publication_due on publication (subscription, due_at, id) where aside_at is null;
create index publication_chain on publication (subscription, chain, id) where aside_at is null;
create index publication_aside on publication (subscription, id) where aside_at is not null;

-- How many people an alert had reached when that was published last.
create table publication_progress (
    alert_id bigint      primary key,
    counts   text        not null,
    next_at  timestamptz not null -- not before
);

create function first_of_chain(this bigint, former bigint) returns bigint language sql stable as $$
    with recursive chain (id, former) as (
        select this, former union select a.id, a.supersedes from chain c join alert a on a.id = c.former)
    select min(id) from chain
$$;

-- Triggers, since states are changed in many places, in bulk, and by code to come: none of them can forget it.
-- Not told: digests of what was told before, and alerts that a storm holds, of which the notice of the storm tells.
create function publish_new_alerts() returns trigger language plpgsql as $$
begin
    if exists (select from subscription) then
        insert into publication (event, subscription, chain, alert_id, state)
        select e.event, s.name, e.chain, e.id, e.state
        from (select gen_random_uuid() as event, first_of_chain(a.id, a.supersedes) as chain, a.id, a.state
            from added a
            where a.source <> 'digest' and (a.cause_id is null or a.state <> 'HELD') offset 0) e
        cross join subscription s
        where s.served_at > clock_timestamp() - interval '7 days'
        order by e.id;
    end if;
    return null;
end
$$;
create trigger publish_new_alerts after insert on alert
    referencing new table as added for each statement execute function publish_new_alerts();

create function publish_alert_state() returns trigger language plpgsql as $$
begin
    if exists (select from subscription) then
        insert into publication (event, subscription, chain, alert_id, was, state)
        select e.event, s.name, e.chain, new.id, old.state, new.state
        from (select gen_random_uuid() as event, first_of_chain(new.id, new.supersedes) as chain offset 0) e
        cross join subscription s
        where s.served_at > clock_timestamp() - interval '7 days';
    end if;
    return null;
end
$$;
create trigger publish_alert_state after update of state on alert for each row
    when (old.state <> new.state and new.state <> 'SENDING' and new.source not in ('hub', 'digest')
        and (new.cause_id is null or old.state <> 'HELD' or new.state = 'PLANNING'))
    execute function publish_alert_state();
