-- Cancels that came before the alert they name: looked for whenever an alert is accepted.
create table cancel_ahead (
    site       text        not null,
    sender     text        not null,
    identifier text        not null,
    sent       timestamptz not null,
    cancel_id  bigint      not null references alert (id),
    primary key (site, sender, identifier, sent)
);

-- Requests that named themselves (header Idempotency-Key): the same again gets the first one's result.
create table request_key (
    principal  text        not null,
    key        text        not null,
    body_hash  text        not null, -- SHA-256, hex: the same key with another body is a conflict
    alert_id   bigint references alert (id), -- null: it raised no alert
    used_at    timestamptz not null default now(),
    primary key (principal, key)
);
