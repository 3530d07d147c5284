package org.tocsin.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.tocsin.message.FrozenMessage;
import org.tocsin.message.Rendered;

/** What was frozen with an alert and never changes: its ladder, its texts, its end. A small cache in front of the row. */
@Component
public class AlertPlans {
    private static final int KEPT = 64;

    private final JdbcTemplate jdbc;
    private final Map<Long, AlertPlan> kept = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, AlertPlan> eldest) {
            return size() > KEPT;
        }
    };

    private final LedgerWatch watch;
    private long keptFor;

    AlertPlans(JdbcTemplate jdbc, LedgerWatch watch) {
        this.jdbc = jdbc;
        this.watch = watch;
    }

    /** One alert's frozen parts. Each text is rendered once per language and channel, not once per person. */
    public static final class AlertPlan {
        private final Ladder ladder;
        private final Instant expires;
        private final String source;
        private final @Nullable FrozenMessage message;
        private final ConcurrentMap<String, Ladder> startingWith = new ConcurrentHashMap<>();
        private final ConcurrentMap<String, ConcurrentMap<String, Rendered>> rendered = new ConcurrentHashMap<>();

        AlertPlan(Ladder ladder, Instant expires, String source, @Nullable FrozenMessage message) {
            this.ladder = ladder;
            this.expires = expires;
            this.source = source;
            this.message = message;
        }

        public Ladder ladder() {
            return ladder;
        }

        /** @param firstChannel whose rung comes first, or null */
        Ladder ladder(@Nullable String firstChannel) {
            return firstChannel == null ? ladder : startingWith.computeIfAbsent(firstChannel, ladder::startingWith);
        }

        public Instant expires() {
            return expires;
        }

        /** Notices of the hub itself: nobody is told when these fail, or it would never end. */
        boolean isOurOwn() {
            return source.equals("hub");
        }

        public Rendered rendered(String language, String channel) {
            if (message == null) {
                throw new DeliveryRefused(new DeliveryOutcome.Misconfigured("no-message"));
            }
            return rendered.computeIfAbsent(channel, k -> new ConcurrentHashMap<>())
                    .computeIfAbsent(language, k -> message.render(language, channel));
        }
    }

    public AlertPlan of(long alertId) {
        synchronized (kept) {
            long moved = watch.moved();
            if (moved != keptFor) {
                kept.clear(); // after a jump of the clock their ends were moved
                keptFor = moved;
            }
            AlertPlan plan = kept.get(alertId);
            if (plan == null) {
                plan = jdbc.queryForObject(
                        "select ladder, message, expires, source, tells from alert where id = ?",
                        (row, n) -> read(row),
                        alertId);
                kept.put(alertId, plan);
            }
            return plan;
        }
    }

    private static AlertPlan read(ResultSet row) throws SQLException {
        try {
            Ladder ladder = LedgerJson.MAPPER.readValue(row.getString(1), Ladder.class);
            String message = row.getString(2);
            boolean takesBack = row.getString(5).equals("REACHED");
            return new AlertPlan(
                    takesBack ? ladder.askingNothing() : ladder,
                    row.getObject(3, OffsetDateTime.class).toInstant(),
                    row.getString(4),
                    message == null ? null : FrozenMessage.fromJson(message.getBytes(StandardCharsets.UTF_8)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the ladder stored with the alert cannot be read", e);
        }
    }
}
