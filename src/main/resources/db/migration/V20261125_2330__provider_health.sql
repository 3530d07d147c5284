-- How each sender stands with its provider, for all hubs alike. Written only when that changes.
create table provider_circuit (
    channel text        not null,
    sender  text        not null, -- phone number id, source address or From address: ours, nobody else's
    state   text        not null check (state in ('CLOSED', 'OPEN', 'TRIAL')),
    reason  text        not null, -- the provider's code, or a word of ours, for which it was opened; '' if it never was
    since   timestamptz not null,
    owner   text,                 -- TRIAL: the process whose messages are the trial
    receipts_seen_at timestamptz, -- when the first "delivered" was seen: before it, silence says nothing
    primary key (channel, sender)
);

-- What the duty group has to be told: each opening and each closing.
create table provider_event (
    id      bigint generated always as identity primary key,
    at      timestamptz not null default clock_timestamp(),
    channel text        not null,
    sender  text        not null,
    state   text        not null,
    reason  text        not null,
    told_at timestamptz
);
create index provider_event_untold on provider_event (id) where told_at is null;
