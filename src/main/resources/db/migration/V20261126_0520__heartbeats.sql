-- Sources and devices that must be heard from time to time. Written once for many signs of life.
create table heartbeat (
    site         text        not null,
    source       text        not null, -- a source, or sensor:<name> of a mapping
    device       text        not null, -- empty for the source itself
    seen_at      timestamptz,          -- null: never
    waits_from   timestamptz not null, -- what its silence is counted from: without the time in which no hub listened
    silent_since timestamptz,          -- the duty group was told; cleared when it is heard again
    primary key (site, source, device)
);

-- That a hub listens. In the time of the ledger that does not jump: clock_timestamp() - ledger_clock.jumped.
create table heartbeat_tick (
    site text        primary key,
    at   timestamptz not null
);

alter table hub_event
    add column see text; -- where to look; null: at the hubs
