package org.tocsin.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.SimulatorSettings.Template;
import org.tocsin.simulator.SimulatorSettings.Template.Status;

/**
 * The business's templates as they stand now. Bad quality pauses one for 3 h, then for 6 h, and the third time disables
 * it for ever; each change is told by webhook (WhatsApp Cloud API, template pausing, 2026-05).
 */
final class TemplateBook {
    private static final Duration FIRST_PAUSE = Duration.ofHours(3);
    private static final Duration SECOND_PAUSE = Duration.ofHours(6);

    private final boolean acceptAny;
    private final Duration usualTtl;
    private final Timeline clock;
    private final Webhooks webhooks;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** @param parameters null: any */
    record Entry(
            String name,
            String language,
            Status status,
            @Nullable List<String> parameters,
            int pauses,
            @Nullable Duration ttl) {
        Entry with(Status changed, int pausesNow) {
            return new Entry(name, language, changed, parameters, pausesNow, ttl);
        }

        /** Numeric, as Meta's are. */
        long id() {
            return 1_000_000_000L + Integer.toUnsignedLong((name + "/" + language).hashCode());
        }
    }

    TemplateBook(SimulatorSettings settings, Timeline clock, Webhooks webhooks) {
        this.acceptAny = settings.templates().acceptAny();
        this.usualTtl = settings.rules().expiry().ttl();
        this.clock = clock;
        this.webhooks = webhooks;
        for (Template known : settings.templates().known()) {
            Entry entry = new Entry(known.name(), known.language(), known.status(), known.parameters(), 0, null);
            entries.put(key(known.name(), known.language()), entry);
        }
    }

    private static String key(String name, String language) {
        return name + "/" + language;
    }

    boolean acceptsAny() {
        return acceptAny;
    }

    @Nullable
    Entry find(String name, String language) {
        return entries.isEmpty() ? null : entries.get(key(name, language));
    }

    /** @param kind {@code template:<name>/<language>}, or another for which the usual one holds */
    Duration ttl(String kind) {
        Entry entry = kind.startsWith("template:") ? entries.get(kind.substring("template:".length())) : null;
        return entry == null || entry.ttl() == null ? usualTtl : entry.ttl();
    }

    /** 30 to 43,200 s for utility templates; null: 30 days again. */
    void ttl(String name, String language, @Nullable Duration ttl) {
        if (ttl != null && (ttl.toSeconds() < 30 || ttl.toSeconds() > 43_200)) {
            throw new IllegalArgumentException("message_send_ttl_seconds is 30 to 43200");
        }
        change(name, language, old -> new Entry(name, language, old.status(), old.parameters(), old.pauses(), ttl));
    }

    /** Changed by somebody at Meta, told by webhook. */
    void set(String name, String language, Status status) {
        Entry now = change(name, language, old -> old.with(status, old.pauses()));
        tell(now, status.name(), "NONE");
    }

    /** Quality has become RED. */
    void badQuality(String name, String language) {
        Entry now = change(name, language, old -> {
            boolean ends = old.status() == Status.DISABLED || old.pauses() >= 2;
            return old.with(ends ? Status.DISABLED : Status.PAUSED, old.pauses() + 1);
        });
        if (now.status() == Status.DISABLED) {
            tell(now, "DISABLED", "QUALITY");
            return;
        }
        tell(now, "PAUSED", now.pauses() == 1 ? "FIRST_PAUSE" : "SECOND_PAUSE");
        clock.later(now.pauses() == 1 ? FIRST_PAUSE : SECOND_PAUSE, () -> reinstate(now));
    }

    private void reinstate(Entry paused) {
        boolean still = entries.replace(
                key(paused.name(), paused.language()), paused, paused.with(Status.APPROVED, paused.pauses()));
        if (still) {
            tell(paused, "REINSTATED", "NONE");
        }
    }

    private interface Change {
        Entry of(Entry old);
    }

    private Entry change(String name, String language, Change change) {
        Entry unknown = new Entry(name, language, Status.APPROVED, null, 0, null);
        Entry changed = entries.compute(key(name, language), (k, old) -> change.of(old == null ? unknown : old));
        return Objects.requireNonNull(changed);
    }

    private void tell(Entry template, String event, String title) {
        ObjectNode value = CloudApi.object()
                .put("event", event)
                .put("message_template_id", template.id())
                .put("message_template_name", template.name())
                .put("message_template_language", template.language())
                .put("reason", "NONE");
        if (event.equals("PAUSED") || event.equals("DISABLED")) {
            value.putObject("other_info").put("title", title).put("description", "Simulated.");
        }
        webhooks.offer(new WebhookEvent.Notice("message_template_status_update", value));
    }

    /** The answer to {@code GET /{waba}/message_templates}. */
    ObjectNode list() {
        ObjectNode answer = CloudApi.object();
        ArrayNode data = answer.putArray("data");
        entries.values().forEach(entry -> {
            ObjectNode node = data.addObject();
            node.put("id", Long.toString(entry.id())).put("name", entry.name()).put("language", entry.language());
            node.put("status", entry.status().name()).put("category", "UTILITY");
            if (entry.ttl() != null) {
                node.put("message_send_ttl_seconds", entry.ttl().toSeconds());
            }
        });
        return answer;
    }
}
