-- How many triggers are parked is looked at every few seconds; those that were replayed stay in the table.
create index parked_open on parked (id) where state = 'PARKED';
