-- A feed that can be read and never says anything new: somebody's cache, or a publisher that has stopped.

alter table feed add column newest_at timestamptz; -- of its entries, by their own dates; where none has any, when it was read first
alter table feed add column old_told boolean not null default false; -- the duty group, that newest_at is older than newest-within
