-- An Update, an all-clear or a Cancel goes to those who got, or may still get, what it follows: on the channel they had.
alter table alert
    add column tells text not null default 'AUDIENCE' check (tells in ('AUDIENCE', 'REACHED', 'BOTH')),
    -- The alerts whose people are told: those that it takes the place of, and those whose place they took. Null: none, or it
    -- has not gone out.
    add column follows bigint[],
    -- Planning: REACHED (people of `follows`), AUDIENCE, then LATER (those of plan_later).
    add column plan_phase text not null default 'AUDIENCE' check (plan_phase in ('REACHED', 'AUDIENCE', 'LATER')),
    -- Persons whose message of `follows` is with a provider just now: whether they got it is known in a moment.
    add column plan_later bigint[] not null default '{}',
    add column plan_after timestamptz, -- not to be looked at by the planner before
    -- What its Cancel will say, prepared with it: org.tocsin.message.FrozenMessage as JSON.
    add column cancel_message text;

-- What took an alert back.
create index alert_supersedes on alert (supersedes) where supersedes is not null;

-- The channel on which the person had what this alert follows: its rung is the first.
alter table recipient add column first_channel text;

-- A Cancel that comes before its alert is remembered for a bounded time.
alter table cancel_ahead add column at timestamptz not null default now();
