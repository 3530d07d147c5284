-- An Update, or an all-clear, that speaks of several places or times is told in parts, as an Alert of that kind is. Of those
-- who had what it follows, each part tells those whom its own area or addresses hold; the first also those whom none does.
alter table alert add column part_of text; -- the identifier that its sender gave it; null: it is whole
create index alert_part_of on alert (part_of) where part_of is not null;
