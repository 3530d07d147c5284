package org.tocsin.intake.alerts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.alert.Alert;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Status;
import org.tocsin.alert.Urgency;
import org.tocsin.delivery.Digests;
import org.tocsin.delivery.Lane;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.SchemaReport;
import org.tocsin.intake.hops.Echoes;
import org.tocsin.intake.ledger.Rows;

/** The table {@code alert}, as intake uses it: always many rows in one statement, always in the caller's transaction. */
public final class AlertRows {
    private static final String COLUMNS =
            "a.id, a.sender, a.identifier, a.sent, a.content_hash, a.state, a.msg_type, a.severity, a.status";
    private static final String SAME = " from alert a join unnest(?::text[], ?::text[], ?::timestamptz[])"
            + " as k (sender, identifier, sent) on a.site = ? and a.sender = k.sender"
            + " and a.identifier = k.identifier and a.sent = k.sent";
    private static final String INSERT = """
            insert into alert (site, mode, identifier, sender, sent, content_hash, source, submitted_by, status,
                msg_type, event, severity, urgency, lane, state, reason, incident_key, supersedes, cap, audience,
                message, ladder, expires, tells, follows, cancel_message, substance, cause_id,
                signature, part_of, schema_report, via, plan_phase, closed_at)
            select ?, 'live', identifier, sender, sent, content_hash, source, submitted_by, status,
                msg_type, event, severity, urgency, lane, state, reason, incident_key, supersedes, cap, audience,
                message, ladder, expires, tells, follows::bigint[], cancel_message, substance, cause_id, signature, part_of,
                schema_report, via, case tells when 'AUDIENCE' then 'AUDIENCE' else 'REACHED' end, case when state in ('RECORDED', 'CANCELLED') then now() end
            from unnest(?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::text[], ?::text[], ?::smallint[], ?::text[], ?::text[], ?::text[], ?::bigint[],
                ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::text[], ?::text[],
                ?::uuid[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
                as n (identifier, sender, sent, content_hash, source, submitted_by, status,
                msg_type, event, severity, urgency, lane, state, reason, incident_key, supersedes, cap, audience,
                message, ladder, expires, tells, follows, cancel_message, substance, cause_id, signature, part_of,
                schema_report, via)
            on conflict (site, sender, identifier, sent) do nothing
            returning id, sender, identifier, sent, content_hash, state, msg_type, severity, status
            """;

    /**
     * A new row.
     *
     * @param substance what it is compared by, or null
     * @param causeId of the storm that it waits with, or null
     */
    public record NewAlert(
            Candidate candidate,
            Verdict verdict,
            Succession succession,
            @Nullable UUID substance,
            @Nullable Long causeId) {
        Alert alert() {
            return candidate.alert();
        }

        String event() {
            Former like = succession.like();
            String event = like == null ? alert().event() : like.event();
            return event == null ? "" : event;
        }

        Severity severity() {
            Former like = succession.like();
            return like == null ? alert().severity() : like.severity();
        }

        Urgency urgency() {
            Former like = succession.like();
            return like == null ? alert().urgency() : like.urgency();
        }

        /** A drill never goes before what is real. */
        int lane() {
            return alert().status() == Status.Exercise ? Lane.COUNT - 1 : Lane.of(severity(), urgency());
        }
    }

    private final JdbcTemplate jdbc;
    private final String site;
    private final Duration rememberCancels;

    public AlertRows(JdbcTemplate jdbc, IntakeSettings settings) {
        this.jdbc = jdbc;
        this.site = settings.site();
        this.rememberCancels = settings.rememberCancels();
    }

    public Map<Identity, KnownAlert> find(Collection<Identity> identities) {
        return select(identities, "");
    }

    /**
     * Locked in the order of their ids, so that two hubs never wait for each other; by the names asked for: what another
     * alert tells of stands for that one.
     *
     * @param aliases the alerts that tell of some of them
     */
    public Map<Identity, KnownAlert> lock(Collection<Identity> identities, Map<Identity, Long> aliases) {
        if (aliases.isEmpty()) {
            return select(identities, " order by a.id for update of a");
        }
        Map<Long, KnownAlert> locked = new HashMap<>();
        Map<Identity, KnownAlert> own = new HashMap<>();
        jdbc.query(
                        keys(identities)
                                .statementWithLast(
                                        "select " + COLUMNS + " from alert a where a.id in (select a.id" + SAME
                                                + ") or a.id = any (?::bigint[]) order by a.id for update of a",
                                        site,
                                        Succession.literal(List.copyOf(aliases.values()))),
                        (row, n) -> known(row))
                .forEach(alert -> {
                    locked.put(alert.id(), alert);
                    own.put(alert.identity(), alert);
                });
        own.keySet().retainAll(identities);
        aliases.forEach((identity, id) -> own.computeIfAbsent(identity, i -> locked.get(id)));
        return own;
    }

    private Map<Identity, KnownAlert> select(Collection<Identity> identities, String end) {
        if (identities.isEmpty()) {
            return Map.of();
        }
        return byIdentity(jdbc.query(
                keys(identities).statementWithLast("select " + COLUMNS + SAME + end, site), (row, n) -> known(row)));
    }

    /** Of an alert that was inserted in this transaction, or before. */
    public long idOf(Identity identity) {
        return find(List.of(identity)).get(identity).id();
    }

    /** Those that were not there; another replica may have been faster with the others. */
    public Map<Identity, KnownAlert> insert(List<NewAlert> alerts) {
        if (alerts.isEmpty()) {
            return Map.of();
        }
        // Always in one order: two hubs that insert the same ones wait for each other in a line, not in a ring.
        List<NewAlert> ordered = new ArrayList<>(alerts);
        ordered.sort((one, other) ->
                one.candidate().identity().compareTo(other.candidate().identity()));
        Rows<NewAlert> rows = Rows.of(ordered)
                .column(n -> n.candidate().alert().identifier())
                .column(n -> n.candidate().alert().sender())
                .column(n -> n.candidate().identity().sent())
                .column(n -> n.candidate().contentHash())
                .column(n -> n.candidate().submission().source())
                .column(n -> n.candidate().submission().principal().name())
                .column(n -> n.candidate().alert().status())
                .column(n -> n.candidate().alert().msgType())
                .column(NewAlert::event)
                .column(NewAlert::severity)
                .column(NewAlert::urgency)
                .column(NewAlert::lane)
                .column(n -> n.verdict().state())
                .column(n -> n.verdict().reason())
                .column(n -> n.candidate().incidentKey())
                .column(n -> n.succession().supersedes())
                .column(n -> CapDocument.write(n.candidate().alert()))
                .column(n -> n.verdict().audience())
                .column(n -> n.verdict().message())
                .column(n -> n.verdict().ladder())
                .column(n -> n.verdict().expires())
                .column(n -> n.succession().tells())
                .column(n -> n.succession().followsLiteral())
                .column(n -> n.verdict().cancelMessage())
                .column(NewAlert::substance)
                .column(NewAlert::causeId)
                .column(n -> n.candidate().marks().signature())
                .column(n -> n.candidate().partOf())
                .column(n -> SchemaReport.json(n.candidate().marks().schema()))
                .column(n -> Echoes.via(n.candidate().submission()));
        return byIdentity(jdbc.query(rows.statement(INSERT, site), (row, n) -> known(row)));
    }

    /** Those that went out, with what their successor needs; in the order of their ids. */
    public List<Former> formers(Collection<KnownAlert> alerts) {
        if (alerts.isEmpty()) {
            return List.of();
        }
        Long[] ids = alerts.stream().map(KnownAlert::id).toArray(Long[]::new);
        return jdbc.query(
                "select id, follows, event, severity, urgency, lane, cap, ladder, cancel_message from alert"
                        + " where id = any (?::bigint[]) order by id",
                (row, n) -> Former.read(row),
                (Object) ids);
    }

    /** Those alerts, and all that they followed themselves. */
    public static List<Long> followed(List<Former> formers) {
        TreeSet<Long> ids = new TreeSet<>();
        formers.forEach(former -> {
            ids.add(former.id());
            ids.addAll(former.follows());
        });
        return List.copyOf(ids);
    }

    /**
     * The ids of the Cancels that came before these alerts, and not too long ago. A real one is taken back by a real Cancel
     * only, and an exercise by that of an exercise.
     */
    public Map<Identity, Long> cancelsAhead(Collection<Candidate> candidates) {
        Map<Identity, Long> cancels = new HashMap<>();
        Map<Identity, Status> statuses = new HashMap<>();
        candidates.forEach(c -> statuses.put(c.identity(), c.alert().status()));
        if (!candidates.isEmpty()) {
            jdbc.query(
                    keys(statuses.keySet())
                            .statementWithLast(
                                    "select a.sender, a.identifier, a.sent, a.cancel_id, a.status"
                                            + SAME.replace("from alert a", "from cancel_ahead a")
                                            + " and a.at > now() - ? * interval '1 second'",
                                    site,
                                    rememberCancels.toSeconds()),
                    (org.springframework.jdbc.core.RowCallbackHandler) row -> {
                        Identity of = identity(row);
                        if (row.getString("status").equals(String.valueOf(statuses.get(of)))) {
                            cancels.put(of, row.getLong("cancel_id"));
                        }
                    });
        }
        return cancels;
    }

    public void expectCancelled(Collection<Identity> identities, long cancelId, Status status) {
        if (!identities.isEmpty()) {
            jdbc.update(
                    "delete from cancel_ahead where at <= now() - ? * interval '1 second'",
                    rememberCancels.toSeconds());
            jdbc.update(keys(identities)
                    .statement(
                            "insert into cancel_ahead (site, cancel_id, status, sender, identifier, sent)"
                                    + " select ?, ?, ?, k.* from unnest(?::text[], ?::text[], ?::timestamptz[]) as k"
                                    + " on conflict do nothing",
                            site,
                            cancelId,
                            status.name()));
        }
    }

    /** {@code by} is journalled with it; a waiting alert is closed by this, the engine closes the others. */
    public void end(Collection<KnownAlert> alerts, AlertState state, String by) {
        for (KnownAlert alert : alerts) {
            jdbc.update(
                    "update alert set state = ?, decided_at = now(), decided_by = ?,"
                            + " closed_at = case when ? then now() else closed_at end where id = ?",
                    state.name(),
                    by,
                    alert.waiting(),
                    alert.id());
        }
        if (!alerts.isEmpty()) {
            Digests.withdraw(jdbc, alerts.stream().map(KnownAlert::id).toList());
        }
    }

    /** The alert that this Cancel waited for has come. */
    public void refersTo(long cancelId, long original) {
        jdbc.update("update alert set supersedes = coalesce(supersedes, ?) where id = ?", original, cancelId);
    }

    public static Rows<Identity> keys(Collection<Identity> identities) {
        return Rows.of(List.copyOf(identities))
                .column(Identity::sender)
                .column(Identity::identifier)
                .column(Identity::sent);
    }

    public static Identity identity(ResultSet row) throws SQLException {
        return new Identity(
                row.getString("sender"),
                row.getString("identifier"),
                row.getObject("sent", OffsetDateTime.class).toInstant());
    }

    private static Map<Identity, KnownAlert> byIdentity(List<KnownAlert> alerts) {
        Map<Identity, KnownAlert> byIdentity = new HashMap<>();
        alerts.forEach(alert -> byIdentity.put(alert.identity(), alert));
        return byIdentity;
    }

    public static KnownAlert known(ResultSet row) throws SQLException {
        return new KnownAlert(
                row.getLong("id"),
                identity(row),
                row.getString("content_hash"),
                AlertState.valueOf(row.getString("state")),
                MsgType.valueOf(row.getString("msg_type")),
                Severity.valueOf(row.getString("severity")),
                Status.valueOf(row.getString("status")));
    }
}
