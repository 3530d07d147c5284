-- A channel that an operator turned off, for all hubs alike: one row while it is off. What its circuits are by themselves
-- stands in provider_circuit, and is not touched by this.
create table channel_off (
    channel text        primary key,
    since   timestamptz not null default clock_timestamp(), -- shown to people; no wait is counted from it
    off_by  text        not null,                           -- the name of the key that did it
    reason  text        not null                            -- the operator's own words, told to the duty group
);
