-- Which of several hubs reads a mailbox.
create table mailbox_lease (
    mailbox text        primary key, -- the source: mail-alerts
    owner   text        not null,    -- the hub
    until   timestamptz not null
);
