-- Is this the ledger that the hubs have seen, and does its clock run evenly?

-- One row a hub, which adds one to it each second and keeps the highest number that was committed in a file outside of
-- the database. A number below that of the file: this is an older state of the database.
create table hub_mark (
    hub    text        primary key, -- as the file names it
    number bigint      not null,
    at     timestamptz not null
);

-- All that the server's clock has jumped, as far as hubs noticed it and moved what waits.
create table ledger_clock (
    only_row boolean  primary key default true check (only_row),
    jumped   interval not null default '0'
);
insert into ledger_clock default values;

-- While one is not released nothing is sent, by any hub.
create table ledger_hold (
    id          bigint      generated always as identity primary key,
    since       timestamptz not null default clock_timestamp(),
    mark        bigint      not null, -- what the database held of the hub that noticed it
    seen        bigint      not null, -- what that hub had seen
    last_alert  bigint      not null, -- the highest id of an alert that came with the older state
    released_at timestamptz,
    released_by text,
    unsent      text check (unsent in ('drop', 'send')) -- what the person decided for alerts up to last_alert
);
create unique index ledger_hold_in_force on ledger_hold ((true)) where released_at is null;

-- What the duty group has to be told of the hubs themselves.
create table hub_event (
    id      bigint      generated always as identity primary key,
    at      timestamptz not null default clock_timestamp(),
    what    text        not null, -- a sentence; no personal data
    detail  text        not null,
    told_at timestamptz
);
create index hub_event_untold on hub_event (id) where told_at is null;
