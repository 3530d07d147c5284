package org.tocsin.simulator;

import io.vertx.core.MultiMap;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A question to the journals: {@code channel}, {@code to}, {@code key} (the callback key), {@code since} and
 * {@code until} (ISO 8601), {@code outcome} and {@code limit}.
 *
 * @param outcome {@code accepted}, {@code refused}, {@code on-phone} (accepted and shown), {@code lost} (accepted and
 *     not shown)
 * @param limit most entries of a channel; default all that are kept
 */
record JournalQuery(
        @Nullable String channel,
        @Nullable String to,
        @Nullable String key,
        @Nullable Instant since,
        @Nullable Instant until,
        Outcome outcome,
        int limit) {

    enum Outcome {
        ANY,
        ACCEPTED,
        REFUSED,
        ON_PHONE,
        LOST;

        boolean holdsFor(Sent sent) {
            return switch (this) {
                case ANY -> true;
                case ACCEPTED -> sent.acceptedByProvider();
                case REFUSED -> !sent.acceptedByProvider();
                case ON_PHONE -> sent.onPhone();
                case LOST -> sent.acceptedByProvider() && !sent.onPhone();
            };
        }
    }

    /** @throws IllegalArgumentException with what is wrong */
    static JournalQuery of(MultiMap params) {
        String outcome = params.get("outcome");
        String limit = params.get("limit");
        if (limit != null && !limit.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("limit is a whole number");
        }
        return new JournalQuery(
                params.get("channel"),
                params.get("to"),
                params.get("key"),
                instant(params, "since"),
                instant(params, "until"),
                outcome == null
                        ? Outcome.ANY
                        : FaultOrder.oneOf(Outcome.class, "outcome", outcome.toLowerCase(Locale.ROOT)),
                limit == null ? Integer.MAX_VALUE : Integer.parseInt(limit));
    }

    private static @Nullable Instant instant(MultiMap params, String name) {
        String value = params.get(name);
        try {
            return value == null ? null : Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(name + " is a time such as 2026-11-25T10:00:00Z", e);
        }
    }

    List<Sent> in(String name, Journal journal) {
        return channel == null || channel.equals(name) ? journal.find(to, this::wants, limit) : List.of();
    }

    private boolean wants(Sent sent) {
        return outcome.holdsFor(sent)
                && (key == null || key.equals(sent.callbackKey()))
                && (since == null || !sent.at().isBefore(since))
                && (until == null || sent.at().isBefore(until));
    }
}
