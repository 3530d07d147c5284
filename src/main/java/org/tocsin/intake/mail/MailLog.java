package org.tocsin.intake.mail;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.tocsin.privacy.LookupHash;

/**
 * What became of each mail, without anything of the mail: outcome and reason. Also how a mail that is read again is known:
 * its mailbox marks it as read only after all was committed. Metric {@code tocsin_mails_total} by mailbox, outcome and
 * reason.
 */
@Component
public class MailLog {
    /** So long a mail that is handed in again is known. */
    private static final String KEPT = "interval '90 days'";

    private static final long PURGE_EVERY_NANOS = 3_600_000_000_000L;

    /** How a mail ends. */
    public enum Outcome {
        ALERT,
        IGNORED,
        PARKED
    }

    /**
     * @param alertId the alert that it became or changed
     * @param parkedId where its content is to be looked at
     */
    public record Entry(
            long id,
            String mailbox,
            Outcome outcome,
            MailReason reason,
            @Nullable Long alertId,
            @Nullable Long parkedId,
            Instant at) {}

    private final JdbcTemplate jdbc;
    private final LookupHash hash;
    private final MeterRegistry metrics;
    private final AtomicLong purgedAt = new AtomicLong(System.nanoTime());

    MailLog(JdbcTemplate jdbc, LookupHash hash, MeterRegistry metrics) {
        this.jdbc = jdbc;
        this.hash = hash;
        this.metrics = metrics;
    }

    /** @param identity of {@link MailReader.Read} */
    public byte[] ref(String identity) {
        return hash.of("mail-in", identity);
    }

    public boolean knows(String mailbox, byte[] ref) {
        Boolean known = jdbc.queryForObject(
                "select exists (select from mail_in where mailbox = ? and ref = ?)", Boolean.class, mailbox, ref);
        return Boolean.TRUE.equals(known);
    }

    /** Committed on return. A mail that is known keeps its entry. */
    public void record(
            String mailbox,
            byte[] ref,
            Outcome outcome,
            MailReason reason,
            @Nullable Long alertId,
            @Nullable Long parkedId) {
        jdbc.update("""
                insert into mail_in (mailbox, ref, outcome, reason, alert_id, parked_id) values (?, ?, ?, ?, ?, ?)
                on conflict (mailbox, ref) do nothing""", mailbox, ref, outcome.name(), reason.name(), alertId, parkedId);
        count(mailbox, outcome, reason);
        long last = purgedAt.get();
        if (System.nanoTime() - last > PURGE_EVERY_NANOS && purgedAt.compareAndSet(last, System.nanoTime())) {
            jdbc.update("delete from mail_in where at < clock_timestamp() - " + KEPT);
        }
    }

    /** A mail of which an entry exists. */
    public void seenBefore(String mailbox) {
        count(mailbox, Outcome.IGNORED, MailReason.SEEN_BEFORE);
    }

    /** How many of the last hour were parked for this reason. */
    public long parkedLately(String mailbox, MailReason reason) {
        Long number = jdbc.queryForObject(
                "select count(*) from mail_in where mailbox = ? and outcome = 'PARKED' and reason = ?"
                        + " and at > clock_timestamp() - interval '1 hour'",
                Long.class,
                mailbox,
                reason.name());
        return number == null ? 0 : number;
    }

    /** The newest first; {@code before} is the id to go on from, or null. */
    public List<Entry> list(@Nullable Long before, int limit) {
        return jdbc.query(
                "select * from mail_in where id < ? order by id desc limit ?",
                (row, n) -> new Entry(
                        row.getLong("id"),
                        row.getString("mailbox"),
                        Outcome.valueOf(row.getString("outcome")),
                        MailReason.valueOf(row.getString("reason")),
                        row.getObject("alert_id", Long.class),
                        row.getObject("parked_id", Long.class),
                        row.getObject("at", OffsetDateTime.class).toInstant()),
                before == null ? Long.MAX_VALUE : before,
                limit);
    }

    private void count(String mailbox, Outcome outcome, MailReason reason) {
        Counter.builder("tocsin.mails")
                .description("Mails that a mailbox of ours received, and what became of them")
                .tag("mailbox", mailbox)
                .tag("outcome", outcome.name().toLowerCase(java.util.Locale.ROOT))
                .tag("reason", reason.word())
                .register(metrics)
                .increment();
    }
}
