-- An Update, an all-clear or a Cancel of an alert is for those, too, who were told of it by a digest.
create index digest_items on digest using gin (items);
