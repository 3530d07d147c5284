-- The storm governor: what says the same is one alert, what one source says too often waits for a person.
alter table alert
    add column substance uuid,   -- of what it says but for its severity; null: never compared
    add column cause_id  bigint; -- null unless the brake held it

create index alert_substance on alert (substance) where substance is not null;
create index alert_of_cause on alert (cause_id, id) where cause_id is not null and state = 'HELD';

-- One row for each source that raises alerts; locked, in the order of the sources, by whoever accepts a new one of it.
create table brake_source (
    site          text        not null,
    source        text        not null,
    window_at     timestamptz,                    -- when the window began that passed is counted in
    passed        integer     not null default 0,
    storm_at      timestamptz,                    -- when the storm began; null: there was none yet
    storm_last_at timestamptz,                    -- when the newest alert was held in it
    storm_held    bigint      not null default 0,
    storm_rank    smallint,                       -- the gravest that is held: 0 Extreme, 1 Severe, 2 Moderate and Unknown, 3 Minor
    told_at       timestamptz,                    -- when the duty group was told of this storm
    told_rank     smallint,                       -- up to which rank: what is graver is told again
    primary key (site, source)
);

-- Alerts of one source, sender, event and audience, from the first until it was quiet for a while.
create table storm_cause (
    id             bigint generated always as identity primary key,
    site           text        not null,
    source         text        not null,
    key            uuid        not null,          -- of sender, event, addresses and areas; all zero: several causes
    event          text        not null,
    began_at       timestamptz not null,
    last_at        timestamptz not null,
    window_at      timestamptz not null,
    window_passed  integer     not null default 0,
    passed         bigint      not null default 0,
    passed_rank    smallint,                      -- the gravest that went its way
    held           bigint      not null default 0, -- ever put aside, decided or not
    held_rank      smallint,
    grouped        bigint      not null default 0 -- told by another alert that says the same, or only counted
);
create index storm_cause_newest on storm_cause (site, source, key, id);

-- Identities that became no alert of their own. An Update or Cancel of one is of the alert that told of it.
create table grouped_alert (
    site         text        not null,
    sender       text        not null,
    identifier   text        not null,
    sent         timestamptz not null,
    content_hash text        not null,
    alert_id     bigint references alert (id),    -- null: only counted, nobody was told
    at           timestamptz not null default now(),
    primary key (site, sender, identifier, sent)
);
create index grouped_alert_old on grouped_alert (at);

-- What became of the triggers of each source, ever. In parts, so that hubs do not wait for each other.
create table intake_count (
    site     text     not null,
    source   text     not null,
    part     smallint not null,
    accepted bigint   not null default 0, -- an alert of its own, whatever its state, that the brake did not hold
    held     bigint   not null default 0, -- an alert that the brake held
    grouped  bigint   not null default 0,
    silent   bigint   not null default 0, -- a reading that raises nothing
    again    bigint   not null default 0, -- the same identity once more
    refused  bigint   not null default 0,
    primary key (site, source, part)
);
