alter table incident
    add column holding    text, -- severity=instant …: since when a value is beyond these thresholds, for mappings with a hold
    add column quorum_key text; -- the incident of the group that this device's own incident counts for; it raises no alert itself
create index incident_quorum on incident (quorum_key) where quorum_key is not null and open;

-- What a device said last while its value must stay beyond a threshold for some time before it raises an alert.
create table held_reading (
    key            text primary key,     -- of the incident
    site           text        not null,
    due_at         timestamptz not null, -- when it is taken at its word, unless it says something else before
    source         text        not null,
    submitted_by   text        not null,
    payload_enc    bytea       not null,
    attributes_enc bytea       not null
);
create index held_reading_due on held_reading (due_at);
