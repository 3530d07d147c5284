-- A poll reads what the feed shows, and not all that it has shown in 90 days.
create index feed_entry_gone on feed_entry (feed, gone_at);
