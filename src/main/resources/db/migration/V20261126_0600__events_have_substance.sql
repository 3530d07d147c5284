-- Incidents of other tools (config/events.yaml) beside those of sensors: their key begins with event|.
alter table incident
    add column substance text,                     -- SHA-256, hex: what was last alerted; the same again is a reminder
    add column step      integer not null default 0; -- alerts of this episode before its newest one: part of their identity
