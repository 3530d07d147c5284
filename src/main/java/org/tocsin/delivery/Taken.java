package org.tocsin.delivery;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that a claim has taken out of the queue, with its recipient.
 *
 * @param wanted the recipient is open, and the message has no result yet
 * @param fresh null where something has been learnt of the recipient
 */
record Taken(
        long key,
        long alertId,
        boolean spare,
        boolean repeat,
        long personId,
        String language,
        boolean wanted,
        int lane,
        @Nullable FreshRecipient fresh) {

    /**
     * What is claimed, and whether it has a result already: then it is not sent. An array of ids is one descent of each index,
     * and a join of as many ids was as many descents.
     */
    static final String ORDERED = """
            select o.id, o.alert_id, o.spare, o.repeat, o.step, o.queued_at,
                o.id = any (array(select s.id from attempt_result s where s.id = any (?)))
            from attempt_order o where o.id = any (?)""";

    /** Asked after {@link #ORDERED}: who was decided on before that, and committed since, is not open. */
    static final String RECIPIENTS = """
            select r.id, r.person_id, r.language, r.open, r.lane, r.accepted_at is null and r.delivered_at is null
                    and r.read_at is null and r.acknowledged_at is null and r.answer is null,
                r.channels::text, r.first_channel, r.state, r.step, r.due_at
            from recipient r where r.id = any (?)""";

    /** In the order of the queue. */
    static List<Taken> of(Connection connection, ClaimOrder order) throws SQLException {
        List<Long> keys = QueueRows.take(connection, order.channel(), order.lastLane(), order.limit());
        List<Taken> taken = new ArrayList<>(keys.size());
        if (keys.isEmpty()) {
            return taken;
        }
        Map<Long, Ordered> ordered = ordered(connection, keys);
        Map<Long, Recipient> recipients = recipients(connection, keys);
        for (Long key : keys) {
            Ordered message = ordered.get(key);
            Recipient recipient = recipients.get(AttemptKey.recipient(key));
            if (message != null && recipient != null) {
                taken.add(taken(key, message, recipient, order.channel()));
            }
        }
        return taken;
    }

    private static Taken taken(long key, Ordered message, Recipient recipient, String channel) {
        boolean fresh = recipient.isUntold && AttemptKey.number(key) == 0 && !message.spare && !message.repeat;
        return new Taken(
                key,
                message.alertId,
                message.spare,
                message.repeat,
                recipient.personId,
                recipient.language,
                recipient.open && !message.hasResult,
                recipient.lane,
                fresh
                        ? new FreshRecipient(
                                message.alertId,
                                recipient.personId,
                                recipient.lane,
                                recipient.channels,
                                recipient.firstChannel,
                                recipient.state,
                                recipient.step,
                                recipient.dueAt,
                                message.step,
                                channel,
                                message.queuedAt)
                        : null);
    }

    private record Ordered(
            long alertId, boolean spare, boolean repeat, int step, Instant queuedAt, boolean hasResult) {}

    private static Map<Long, Ordered> ordered(Connection connection, List<Long> keys) throws SQLException {
        Map<Long, Ordered> ordered = new HashMap<>(2 * keys.size());
        try (PreparedStatement statement = connection.prepareStatement(ORDERED)) {
            Array ids = array(connection, keys);
            statement.setArray(1, ids);
            statement.setArray(2, ids);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ordered.put(
                            row.getLong(1),
                            new Ordered(
                                    row.getLong(2),
                                    row.getBoolean(3),
                                    row.getBoolean(4),
                                    row.getInt(5),
                                    row.getObject(6, OffsetDateTime.class).toInstant(),
                                    row.getBoolean(7)));
                }
            }
        }
        return ordered;
    }

    /** @param isUntold nothing has been learnt of it */
    private record Recipient(
            long personId,
            String language,
            boolean open,
            int lane,
            boolean isUntold,
            List<String> channels,
            @Nullable String firstChannel,
            RecipientState state,
            int step,
            @Nullable Instant dueAt) {}

    private static Map<Long, Recipient> recipients(Connection connection, List<Long> keys) throws SQLException {
        Map<Long, Recipient> recipients = new HashMap<>(2 * keys.size());
        Map<String, List<String>> channels = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(RECIPIENTS)) {
            statement.setArray(
                    1,
                    array(connection, keys.stream().map(AttemptKey::recipient).toList()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    OffsetDateTime dueAt = row.getObject(11, OffsetDateTime.class);
                    recipients.put(
                            row.getLong(1),
                            new Recipient(
                                    row.getLong(2),
                                    row.getString(3),
                                    row.getBoolean(4),
                                    row.getInt(5),
                                    row.getBoolean(6),
                                    channels.computeIfAbsent(row.getString(7), Taken::names),
                                    row.getString(8),
                                    RecipientState.valueOf(row.getString(9)),
                                    row.getInt(10),
                                    dueAt == null ? null : dueAt.toInstant()));
                }
            }
        }
        return recipients;
    }

    /** As PostgreSQL writes an array; there are few different ones. */
    private static List<String> names(String array) {
        String names = array.substring(1, array.length() - 1);
        return names.isEmpty() ? List.of() : List.of(names.split(","));
    }

    /** PostgreSQL sorts it and drops what is in it twice before it goes down the index. */
    private static Array array(Connection connection, List<Long> ids) throws SQLException {
        return connection.createArrayOf("int8", ids.toArray(Long[]::new));
    }
}
