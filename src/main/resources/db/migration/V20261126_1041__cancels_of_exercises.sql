-- An exercise's Cancel that comes before its alert waits for an exercise, and never for a real alert of that name; both may
-- wait at the same time.
alter table cancel_ahead
    add column status text not null default 'Actual', -- of the Cancel: Actual or Exercise
    drop constraint cancel_ahead_pkey,
    add primary key (site, sender, identifier, sent, status);
