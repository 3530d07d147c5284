-- The one repeat after an unknown outcome is marked, in a commit of its own, just before it is written. When the hub that
-- had claimed it dies without that mark it was certainly not written, and is due again: else a person whose two hubs die
-- one after the other would be told nothing. Repeats are few.
create table repeat_begun (
    id bigint primary key -- attempt
);
