-- The ledger: the one durable store. Everything that says "personal" is stored encrypted by the application;
-- *_hash and *_ref columns are keyed HMACs, for look-up only.

-- One alert in the words of CAP 1.2, whatever its trigger was.
create table alert (
    id            bigint generated always as identity primary key,
    site          text        not null,
    mode          text        not null check (mode in ('live', 'drill')),
    identifier    text        not null,
    sender        text        not null,
    sent          timestamptz not null,
    content_hash  text        not null, -- SHA-256, hex: release, reject and cancel name it
    source        text        not null, -- which intake route: api, mqtt-sensors, jms-incidents, hook:<name>, hub
    submitted_by  text        not null, -- name of the API key or broker user, never its secret
    status        text        not null,
    msg_type      text        not null,
    event         text        not null,
    severity      text        not null,
    urgency       text        not null,
    lane          smallint    not null, -- 0 is the most urgent; see org.tocsin.delivery.Lane
    -- RECORDED (kept, nobody is told), HELD, PENDING_APPROVAL, PLANNING, SENDING, DONE,
    -- REJECTED, CANCELLED, SUPERSEDED, EXPIRED
    state         text        not null,
    reason        text,                 -- why it is HELD, RECORDED or REJECTED; a sentence for the operator
    incident_key  text,
    supersedes    bigint references alert (id), -- the alert that this Update or Cancel refers to
    cap           text        not null, -- the alert as canonical CAP JSON
    audience      text,                 -- org.tocsin.directory.Audience as JSON; frozen
    message       text,                 -- org.tocsin.message.FrozenMessage as JSON: the template version used
    ladder        text,                 -- org.tocsin.delivery.Ladder as JSON: the plan in force when it was released
    expires       timestamptz not null, -- of CAP, or the configured maximum age; nothing leaves after it
    received_at   timestamptz not null default now(),
    decided_at    timestamptz,
    decided_by    text,
    plan_cursor   bigint      not null default 0, -- the last person already planned: planning goes on from here
    planned       bigint      not null default 0,
    planned_at    timestamptz,
    closed_at     timestamptz,          -- no recipient is open any more
    unique (site, sender, identifier, sent)
);
-- Only the few alerts that still need work; the history does not weigh on it.
create index alert_open on alert (state, lane, id) where closed_at is null;

-- One condition at one device, from its first reading beyond the threshold until it cleared.
create table incident (
    key          text primary key,      -- site, source, device and event, joined
    episode      integer     not null,  -- part of the identity of the alert that it raises
    open         boolean     not null,
    level        text,                  -- the severity last alerted, so that a rise is never hidden
    opened_at    timestamptz not null,
    last_seen_at timestamptz not null,
    observed_at  timestamptz,           -- the sensor's own time, where it sends one: older readings are ignored
    cleared_at   timestamptz,
    alert_id     bigint references alert (id)
);

-- A trigger that cannot become an alert, with its reason; replayed by a person.
create table parked (
    id          bigint generated always as identity primary key,
    site        text        not null,
    source      text        not null,
    submitted_by text       not null,
    format      text        not null,
    received_at timestamptz not null default now(),
    reason      text        not null,
    payload_enc bytea       not null,
    attributes_enc bytea    not null,
    payload_hash bytea      not null,   -- a redelivery of the same poison is the same row
    state       text        not null default 'PARKED' check (state in ('PARKED', 'REPLAYED')),
    alert_id    bigint references alert (id),
    replayed_at timestamptz,
    replayed_by text,
    unique (source, payload_hash)
);

-- One person and one alert: everything about the two is serialised on this row.
-- No index on what changes, and half of each page free: updates stay on the page (HOT).
create table recipient (
    id              bigint primary key,
    alert_id        bigint   not null references alert (id),
    person_id       bigint   not null,
    lane            smallint not null,
    language        text     not null,
    channels        text[]   not null, -- usable when planned
    step            smallint not null default 0, -- index into the ladder's rungs
    state           text     not null, -- org.tocsin.delivery.RecipientState
    open            boolean  not null, -- the ladder may still act
    due_at          timestamptz,       -- the deadline that runs now; its queue row carries the same instant
    accepted_at     timestamptz,
    delivered_at    timestamptz,
    read_at         timestamptz,
    acknowledged_at timestamptz,
    answer          text,
    answered_on     text,
    unique (alert_id, person_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.2);
create sequence recipient_ids increment by 1000; -- handed out in blocks of 1000 by the planner

-- Newest alert of a person: what a bare reply by text answers.
create index recipient_person on recipient (person_id, alert_id desc);

-- One message handed, or about to be handed, to a provider. id = recipient id * 32 + number of the attempt.
create table attempt (
    id            bigint   primary key,
    alert_id      bigint   not null,
    step          smallint not null,
    channel       text     not null,
    provider      text,
    sender        text,
    -- QUEUED (also while claimed: see lease), then one of org.tocsin.delivery.AttemptState
    state         text     not null,
    spare         boolean  not null default false, -- with the spare template
    repeat        boolean  not null default false, -- the one labelled repeat after an unknown outcome
    version       text,                            -- template@hash
    address_enc   bytea,                           -- personal
    address_hash  bytea,
    provider_id_enc bytea,                         -- personal: a wamid contains the number
    provider_ref  bigint,                          -- first 8 bytes of the HMAC of the provider's id
    code          text,
    queued_at     timestamptz not null default now(),
    handed_at     timestamptz,                     -- when the provider was called
    outcome_at    timestamptz,
    sent_at       timestamptz,
    delivered_at  timestamptz,
    read_at       timestamptz,
    failed_at     timestamptz
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.2);
create index attempt_provider on attempt (provider_ref) where provider_ref is not null;

-- What is due, or waits: rows come and go, the history does not weigh on it.
-- channel: a channel's name with key = attempt id, or 'wait' with key = recipient id.
create table queue (
    key     bigint      not null,
    channel text        not null,
    lane    smallint    not null,
    due_at  timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
create index queue_due on queue (channel, lane, due_at);

-- The intent: attempts that a hub has taken in order to write them to a provider now.
create table lease (
    id      bigint generated always as identity primary key,
    owner   text        not null,
    channel text        not null,
    until   timestamptz not null,
    keys    bigint[]    not null
);

-- Rate tokens of a sender number, taken in the claim's transaction: they hold over replicas.
create table budget (
    sender text primary key,
    tokens double precision not null,
    at     timestamptz      not null
);

-- Raw webhook bodies and receipts: durable before the provider gets its 200. Personal.
create table inbox (
    id          bigint generated always as identity primary key,
    source      text        not null,
    received_at timestamptz not null default now(),
    tries       integer     not null default 0,
    retry_at    timestamptz not null default now(),
    body_enc    bytea       not null
);

-- Inbound messages already applied (providers repeat their webhooks for days).
create table inbound_seen (
    ref bigint primary key,
    at  timestamptz not null default now()
);


-- What the duty group has to be told about an alert; collected until due_at, then one notice.
create table duty_notice (
    alert_id bigint      not null references alert (id),
    kind     text        not null, -- held, exhausted, need-help
    number   integer     not null default 0,
    due_at   timestamptz not null,
    told_at  timestamptz,
    primary key (alert_id, kind, number)
);
create index duty_notice_due on duty_notice (due_at) where told_at is null;

-- Append-only, without personal data, in the transaction of the change it tells of.
create table journal (
    id           bigint generated always as identity primary key,
    at           timestamptz not null default clock_timestamp(),
    alert_id     bigint,
    recipient_id bigint,
    attempt_no   smallint,
    what         text not null,
    detail       text
);
create index journal_alert on journal (alert_id, id);
