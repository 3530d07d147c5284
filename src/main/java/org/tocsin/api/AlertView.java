package org.tocsin.api;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;
import org.tocsin.intake.SchemaReport;
import org.tocsin.message.FrozenMessage;
import org.tocsin.message.LintProblem;
import org.tocsin.message.Rendered;
import org.tocsin.privacy.AddressCipher;

/** What the ledger says of an alert, for those who may look. */
@Component
class AlertView {
    /** Its attempts lie close together: the ids of its recipients, each times 32. */
    private static final String ATTEMPTS =
            " from attempt a, (select min(id) * 32 as low, max(id) * 32 + 31 as high from recipient where alert_id = ?) r"
                    + " where a.id between r.low and r.high and a.alert_id = ?";

    /**
     * @param cancel null where there will be none
     * @param signature VALID, INVALID, UNCHECKED (no certificate of its sender is configured) or ABSENT
     * @param schema what the schema of its CAP version says of it, which is another question; null unless it came as XML
     * @param channels how many attempts are in each state, by channel; {@code hash} is what a decision has to name
     */
    record Summary(
            String id,
            String identifier,
            String sender,
            String sent,
            String state,
            @Nullable String reason,
            String hash,
            String status,
            String msgType,
            String event,
            String severity,
            String urgency,
            String source,
            @Nullable String supersedes,
            @Nullable String signature,
            @Nullable SchemaReport schema,
            String receivedAt,
            String expires,
            @Nullable String decidedAt,
            @Nullable String decidedBy,
            @Nullable CancelText cancel,
            Recipients recipients,
            Map<String, Map<String, Long>> channels) {}

    /**
     * What those who are reached will be told when the alert is cancelled, prepared with it.
     *
     * @param alert the Cancel that took it back, or null
     * @param version of its template
     * @param texts as SMS, by language
     * @param advice what should be better; it is sent all the same
     */
    record CancelText(@Nullable String alert, String version, Map<String, String> texts, List<String> advice) {}

    record Recipients(long total, Map<String, Long> byState) {}

    /** @param to masked */
    record Attempt(
            String id,
            String recipient,
            String channel,
            String state,
            @Nullable String to,
            @Nullable String version,
            @Nullable String code,
            @Nullable String queuedAt,
            @Nullable String handedAt,
            @Nullable String sentAt,
            @Nullable String deliveredAt,
            @Nullable String readAt,
            @Nullable String failedAt) {}

    /** @param next to be given as {@code after}; null on the last page */
    record Page(List<Attempt> deliveries, @Nullable String next) {}

    private final JdbcTemplate jdbc;
    private final AddressCipher cipher;

    AlertView(JdbcTemplate jdbc, AddressCipher cipher) {
        this.jdbc = jdbc;
        this.cipher = cipher;
    }

    boolean exists(long id) {
        return !jdbc.queryForList("select 1 from alert where id = ?", id).isEmpty();
    }

    Optional<Summary> summary(long id) {
        return jdbc.query("select * from alert where id = ?", (row, n) -> summary(row), id).stream()
                .findFirst();
    }

    List<Attempt> deliveries(long alertId, long after, int limit) {
        return jdbc.query(
                "select a.*" + ATTEMPTS + " and a.id > ? order by a.id limit ?",
                (row, n) -> attempt(row),
                alertId,
                alertId,
                after,
                limit);
    }

    private Summary summary(ResultSet row) throws SQLException {
        long id = row.getLong("id");
        return new Summary(
                String.valueOf(id),
                row.getString("identifier"),
                row.getString("sender"),
                String.valueOf(time(row, "sent")),
                row.getString("state"),
                row.getString("reason"),
                row.getString("content_hash"),
                row.getString("status"),
                row.getString("msg_type"),
                row.getString("event"),
                row.getString("severity"),
                row.getString("urgency"),
                row.getString("source"),
                row.getString("supersedes"),
                row.getString("signature"),
                SchemaReport.ofJson(row.getString("schema_report")),
                String.valueOf(time(row, "received_at")),
                String.valueOf(time(row, "expires")),
                time(row, "decided_at"),
                row.getString("decided_by"),
                cancel(id, row.getString("cancel_message")),
                recipients(id),
                channels(id));
    }

    private @Nullable CancelText cancel(long id, @Nullable String prepared) {
        if (prepared == null) {
            return null;
        }
        FrozenMessage message = FrozenMessage.fromJson(prepared.getBytes(StandardCharsets.UTF_8));
        Map<String, String> texts = new TreeMap<>();
        for (String language : message.languages().keySet()) {
            texts.put(language, ((Rendered.SmsText) message.render(language, "sms")).text());
        }
        List<String> by = jdbc.queryForList(
                "select id::text from alert where supersedes = ? and msg_type = 'Cancel' order by id limit 1",
                String.class,
                id);
        return new CancelText(
                by.isEmpty() ? null : by.get(0),
                message.version(),
                texts,
                message.lint().stream().map(LintProblem::toString).toList());
    }

    private Recipients recipients(long id) {
        Map<String, Long> byState = new TreeMap<>();
        jdbc.query(
                "select state, count(*) from recipient where alert_id = ? group by state",
                (RowCallbackHandler) row -> byState.put(row.getString(1), row.getLong(2)),
                id);
        return new Recipients(byState.values().stream().mapToLong(n -> n).sum(), byState);
    }

    private Map<String, Map<String, Long>> channels(long id) {
        Map<String, Map<String, Long>> channels = new LinkedHashMap<>();
        jdbc.query(
                "select a.channel, a.state, count(*)" + ATTEMPTS + " group by 1, 2 order by 1, 2",
                (RowCallbackHandler) row -> channels.computeIfAbsent(row.getString(1), c -> new TreeMap<>())
                        .put(row.getString(2), row.getLong(3)),
                id,
                id);
        return channels;
    }

    private Attempt attempt(ResultSet row) throws SQLException {
        byte[] address = row.getBytes("address_enc");
        return new Attempt(
                row.getString("id"),
                String.valueOf(row.getLong("id") / 32),
                row.getString("channel"),
                row.getString("state"),
                address == null ? null : masked(cipher.decrypt(address)),
                row.getString("version"),
                row.getString("code"),
                time(row, "queued_at"),
                time(row, "handed_at"),
                time(row, "sent_at"),
                time(row, "delivered_at"),
                time(row, "read_at"),
                time(row, "failed_at"));
    }

    /** Enough to recognise one's own, too little to call: {@code +33•••••12}, {@code a•••@example.org}. */
    static String masked(String address) {
        int at = address.lastIndexOf('@');
        if (at > 0) {
            return address.substring(0, 1) + "•••" + address.substring(at);
        }
        return address.length() < 8
                ? "•••••"
                : address.substring(0, 3) + "•••••" + address.substring(address.length() - 2);
    }

    private static @Nullable String time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant().toString();
    }
}
