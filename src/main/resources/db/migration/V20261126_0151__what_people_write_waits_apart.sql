-- What people write, apart from receipts and tapped answers: a flood of questions must not hold up what ladders wait for.
alter table inbox add column from_people boolean not null default false;
create index inbox_waiting on inbox (from_people, id);
