-- Feeds that are polled: what was seen of each, so that a restart neither loses nor repeats.

create table feed (
    name          text        primary key, -- of the configuration and its route
    address_hash  text,                    -- SHA-256 of the address that etag and last_modified are of
    etag          text,
    last_modified text,
    baselined_at  timestamptz,             -- when it was read first; until then nothing of it is news
    due_at        timestamptz,             -- not polled before, by any hub
    lease_owner   text,                    -- the hub that polls it
    lease_until   timestamptz,
    failures      int         not null default 0, -- in a row
    failure       text,                    -- the kind of the last one
    failed_at     timestamptz,
    succeeded_at  timestamptz,
    told          boolean     not null default false -- the duty group, that it cannot be read
);

create table feed_entry (
    feed          text        not null references feed (name) on delete cascade,
    key           text        not null, -- what tells it from others
    entry_id      text        not null, -- what mappings see as its id; stays when the feed's own id changes
    document      text,                 -- as handed in last, JSON: what is new is compared with it. Null: still to be handed in
    held          boolean     not null, -- it came with more others than tocsin.feeds.<name>.hold-above
    first_seen_at timestamptz not null default clock_timestamp(),
    gone_at       timestamptz,          -- since when the feed does not show it
    primary key (feed, key)
);
