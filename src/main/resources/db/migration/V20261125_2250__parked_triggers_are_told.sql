-- The duty group learns of parked triggers: many at a time in one notice.
alter table parked
    add column notice_at timestamptz,  -- which notice tells of this row: those of one notice share it
    add column told_at   timestamptz;  -- null: nobody was told yet

-- Few rows, and only until they are told.
create index parked_untold on parked (notice_at) where told_at is null;
-- When the last notice was.
create index parked_told on parked (told_at) where told_at is not null;
