-- What is known of the XML signature of an alert: VALID, INVALID, UNCHECKED (no certificate for its sender), ABSENT;
-- null: accepted before this was looked at.
alter table alert add column signature text;
