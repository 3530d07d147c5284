-- The fatigue budget: who had enough of the less urgent alerts for now gets what follows together, as one digest.

-- What counts against a budget. Only to find whether there were enough of them lately for anybody to be over budget.
create index alert_less_urgent on alert (received_at, id) where severity in ('Moderate', 'Minor', 'Unknown');

-- Persons found over budget: until then nothing is counted again for them. A row that has passed means nothing.
create table fatigue (
    person_id  bigint      primary key,
    over_until timestamptz not null
);

-- One digest: an alert of its own, for all persons from whom the same alerts were withheld.
create table digest (
    id       bigint      generated always as identity primary key,
    made_at  timestamptz not null default statement_timestamp(),
    items    bigint[]    not null, -- the alerts that it tells of
    cap      text        not null, -- frozen with it: handed in again after a crash, it is the same alert
    alert_id bigint      unique,   -- null until it is handed in
    outdated boolean     not null default false, -- one of the items was cancelled or replaced: it goes to nobody any more
    ended_at timestamptz           -- its alert is closed, and so are its persons
);
create index digest_open on digest (id) where ended_at is null;
create index digest_outdated on digest (alert_id) where outdated;

-- One person and one alert that was withheld from it; the recipient's state is WITHHELD, then DIGESTED.
create table withheld (
    person_id    bigint      not null,
    alert_id     bigint      not null,
    recipient_id bigint      not null,
    due_at       timestamptz not null, -- the person's digest is due at the earliest of these
    digest_id    bigint,               -- null: not yet in one
    settled_at   timestamptz,          -- nothing will follow: told, answered, expired or cancelled
    primary key (person_id, alert_id)
);
create index withheld_waiting on withheld (due_at) where digest_id is null and settled_at is null;
create index withheld_digested on withheld (digest_id) where digest_id is not null and settled_at is null;
