-- The rate of a sender as instants that are given out, one a message, instead of tokens that could be saved up: whoever
-- holds an instant writes then, so that no second sees more than the rate, over all hubs of this database.
drop table budget; -- worth nothing after a second
create table sender_rate (
    sender       text             primary key,
    per_second   double precision not null, -- as configured
    rate         double precision not null, -- at rate_at; less than configured after the provider said "too fast"
    rate_at      timestamptz      not null,
    cut_at       timestamptz,               -- when it was cut last: at most once a second
    booked_until timestamptz      not null  -- all instants before this one are given out
);
