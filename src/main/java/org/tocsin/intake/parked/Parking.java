package org.tocsin.intake.parked;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.intake.Fault;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Quoted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.ledger.Journal;
import org.tocsin.intake.ledger.Sha256;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.privacy.LookupHash;

/**
 * Triggers that cannot become an alert, as rows of the ledger: a person looks at them, mends what is wrong, and replays
 * them. The payload is encrypted; the same poison again is the same row.
 */
@Component
public class Parking {
    private static final Logger LOG = LoggerFactory.getLogger(Parking.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN = 80;

    /** @param start the first characters, made harmless */
    public record Parked(
            long id,
            String source,
            Format format,
            String submittedBy,
            Instant receivedAt,
            String reason,
            String state,
            String start) {}

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final AddressCipher cipher;
    private final LookupHash hash;
    private final IntakeSettings settings;

    public Parking(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            AddressCipher cipher,
            LookupHash hash,
            IntakeSettings settings) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.cipher = cipher;
        this.hash = hash;
        this.settings = settings;
    }

    /**
     * In a transaction of its own, committed on return.
     *
     * @throws IntakeUnavailable when it cannot be committed
     */
    public IntakeResult.Parked park(Submission submission, UnacceptableSubmission poison) {
        return new IntakeResult.Parked(park(submission, poison.reason()), poison.problems());
    }

    public long park(Submission submission, String reason) {
        try {
            Long id = transaction.execute(status -> insert(submission, reason));
            return java.util.Objects.requireNonNull(id);
        } catch (RuntimeException e) {
            LOG.warn("a trigger from {} could not be parked: {}", submission.source(), Fault.describe(e));
            throw new IntakeUnavailable("the ledger cannot commit now");
        }
    }

    /** In the caller's transaction. */
    public long insert(Submission submission, String reason) {
        Long id = jdbc.queryForObject(
                """
                insert into parked (site, source, submitted_by, format, reason, payload_enc, attributes_enc, payload_hash)
                values (?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (source, payload_hash) do update
                    set reason = excluded.reason, received_at = now(), state = 'PARKED',
                        -- the same again is no news, but for one that was dealt with
                        notice_at = case parked.state when 'PARKED' then parked.notice_at end,
                        told_at = case parked.state when 'PARKED' then parked.told_at end
                returning id
                """,
                Long.class,
                settings.site(),
                submission.source(),
                submission.principal().name(),
                submission.format().name(),
                reason,
                sealed(submission.payload()),
                sealed(submission.attributes()),
                fingerprint(submission));
        long parked = java.util.Objects.requireNonNull(id);
        Journal journal = new Journal();
        journal.add(null, "parked", "parked=" + parked + " source=" + submission.source());
        journal.write(jdbc);
        LOG.warn("a trigger from {} was parked as {}: GET /api/parked says why", submission.source(), parked);
        return parked;
    }

    /** The newest first; {@code before} is the id to go on from, or null; of one source, or of all. */
    public List<Parked> list(@Nullable Long before, @Nullable String source, int limit) {
        return jdbc.query(
                "select * from parked where state = 'PARKED' and id < ? and (?::text is null or source = ?)"
                        + " order by id desc limit ?",
                (row, n) -> new Parked(
                        row.getLong("id"),
                        row.getString("source"),
                        Format.valueOf(row.getString("format")),
                        row.getString("submitted_by"),
                        row.getObject("received_at", OffsetDateTime.class).toInstant(),
                        row.getString("reason"),
                        row.getString("state"),
                        start(payload(row.getBytes("payload_enc")))),
                before == null ? Long.MAX_VALUE : before,
                source,
                source,
                limit);
    }

    /**
     * Those that wait, the oldest first.
     *
     * @param reason exactly as it is shown; null: any
     */
    public List<Long> waiting(String source, @Nullable String reason, long after, int limit) {
        return jdbc.queryForList(
                "select id from parked where state = 'PARKED' and source = ? and (?::text is null or reason = ?)"
                        + " and id > ? order by id limit ?",
                Long.class,
                source,
                reason,
                reason,
                after,
                limit);
    }

    /** What was parked, as {@code operator} hands it in again; empty when there is none such, or it was replayed. */
    public Optional<Submission> submission(long id, Principal operator) {
        return jdbc
                .query(
                        "select * from parked where id = ? and state = 'PARKED'",
                        (row, n) -> new Submission(
                                row.getString("source"),
                                Format.valueOf(row.getString("format")),
                                payload(row.getBytes("payload_enc")),
                                attributes(row.getBytes("attributes_enc")),
                                operator,
                                null),
                        id)
                .stream()
                .findFirst();
    }

    /** It became something else: it is done with. */
    public void replayed(long id, @Nullable Long alertId, String by) {
        transaction.executeWithoutResult(status -> {
            int changed = jdbc.update(
                    "update parked set state = 'REPLAYED', alert_id = ?, replayed_at = now(), replayed_by = ?"
                            + " where id = ? and state = 'PARKED'",
                    alertId,
                    by,
                    id);
            if (changed == 1) {
                Journal journal = new Journal();
                journal.add(alertId, "replayed", "parked=" + id + " by=" + by);
                journal.write(jdbc);
            }
        });
    }

    /** Of what the sender said and where, not of when: a redelivery is the same. */
    private byte[] fingerprint(Submission submission) {
        String topic = submission.attributes().getOrDefault(Submission.TOPIC, "");
        return hash.of("parked", submission.format() + "\n" + topic + "\n" + Sha256.hex(submission.payload()));
    }

    /** As {@link #payload} reads it. */
    public byte[] sealed(byte[] payload) {
        return cipher.encrypt(Base64.getEncoder().encodeToString(payload));
    }

    /** As {@link #attributes} reads them. What is handed in again from here is not early. */
    public byte[] sealed(Map<String, String> attributes) {
        Map<String, String> kept = new HashMap<>(attributes);
        kept.remove(Submission.EARLY);
        return cipher.encrypt(json(kept));
    }

    public byte[] payload(byte[] encrypted) {
        return Base64.getDecoder().decode(cipher.decrypt(encrypted));
    }

    private static String start(byte[] payload) {
        String text = new String(payload, 0, Math.min(payload.length, 4 * SHOWN), StandardCharsets.UTF_8);
        return Quoted.plain(text, SHOWN);
    }

    private static String json(Map<String, String> attributes) {
        try {
            return JSON.writeValueAsString(attributes);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("attributes cannot be written as JSON");
        }
    }

    public Map<String, String> attributes(byte[] encrypted) {
        try {
            return JSON.readValue(cipher.decrypt(encrypted), new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the attributes of a parked trigger are not readable any more");
        }
    }
}
