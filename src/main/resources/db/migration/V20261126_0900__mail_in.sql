-- What became of each mail that a mailbox of ours received. No personal data: neither sender nor subject nor text.
create table mail_in (
    id        bigint      generated always as identity primary key,
    mailbox   text        not null, -- the source: mail-alerts
    ref       bytea       not null, -- HMAC of Message-ID and content: the same mail, read again, is known
    outcome   text        not null check (outcome in ('ALERT', 'IGNORED', 'PARKED')),
    reason    text        not null, -- org.tocsin.intake.mail.MailReason
    alert_id  bigint,               -- the alert that it became or changed, where it is one
    parked_id bigint,
    at        timestamptz not null default clock_timestamp(),
    unique (mailbox, ref)
);
create index mail_in_by_time on mail_in (at);
