package org.tocsin.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.Decision.Send;
import org.tocsin.delivery.Ladder.Rung;

/**
 * The one place that decides what follows from ladder, attempts, receipts and clock. A pure function of its
 * arguments: asked twice with the same facts it answers the same, so a repeated receipt or a restart causes nothing.
 */
public final class NextStep {
    /** Attempt numbers are five bits of the attempt's key. */
    static final int MOST_ATTEMPTS = 32;
    /** Twice as long each time, up to an hour: enough attempts for the 24 h of an alert and of the limit. */
    private static final Duration FOR_A_PLACE = Duration.ofMinutes(1);

    private final Ladder ladder;
    private final Progress facts;
    private final Instant now;
    private final Instant expires;
    private final List<Send> sends = new ArrayList<>();
    private @Nullable Instant dueAt;

    private NextStep(Ladder ladder, Progress facts, Instant now, Instant expires) {
        this.ladder = ladder;
        this.facts = facts;
        this.now = now;
        this.expires = expires;
    }

    /** The first message for a person who has these channels. */
    public static Decision start(Ladder ladder, List<String> channels, Instant now) {
        Progress nothing =
                new Progress(RecipientState.PENDING, true, -1, channels, null, null, null, List.of(), Map.of());
        return new NextStep(ladder, nothing, now, Instant.MAX).advance();
    }

    /**
     * What follows from the facts as they are now.
     *
     * @param expires the end of the alert: nothing is sent then or later, and nothing is put off until then
     */
    public static Decision decide(Ladder ladder, Progress facts, Instant now, Instant expires) {
        NextStep next = new NextStep(ladder, facts, now, expires);
        if (facts.acknowledgedAt() != null) {
            return next.closed(RecipientState.ACKNOWLEDGED);
        }
        if (facts.state() == RecipientState.WITHHELD || facts.state() == RecipientState.DIGESTED) {
            // Its digest has a ladder of its own; this one never sends.
            return new Decision(facts.state(), facts.open(), facts.step(), null, List.of(), false);
        }
        return facts.open() ? next.whileOpen() : next.late();
    }

    /**
     * Whether a person who waits on this channel can be reached without it: by another channel of the same rung that is at
     * work, or on a later rung.
     *
     * @param broken whether a channel is of no use now
     */
    static boolean hasOtherWay(Ladder ladder, Progress facts, String channel, Predicate<String> broken) {
        NextStep next = new NextStep(ladder, facts, Instant.EPOCH, Instant.MAX);
        boolean beside = next.lastOfEachChannel().stream()
                .filter(a -> !a.channel().equals(channel))
                .anyMatch(a -> a.state().isUnderWay()
                        || a.state().hasArrived()
                        || a.state() == AttemptState.QUEUED && !broken.test(a.channel()));
        return beside
                || facts.attempts().size() < MOST_ATTEMPTS
                        && ladder.rungs().stream()
                                .skip(facts.step() + 1L)
                                .flatMap(rung -> rung.channels().stream())
                                .anyMatch(c -> facts.channels().contains(c) && !broken.test(c));
    }

    /** The ladder has ended: a late receipt corrects the record and never causes a message. */
    private Decision late() {
        return switch (facts.state()) {
            case UNCONFIRMED, EXHAUSTED, DELIVERED, READ -> closed(end());
            case EXPIRED, CANCELLED -> closed(facts.deliveredAt() != null ? arrived() : facts.state());
            case PENDING, WAITING, WITHHELD, DIGESTED, ACKNOWLEDGED -> closed(facts.state());
        };
    }

    private Decision whileOpen() {
        if (!now.isBefore(expires)) {
            return closed(facts.deliveredAt() != null ? arrived() : RecipientState.EXPIRED);
        }
        boolean waiting = false;
        for (Progress.Attempt attempt : lastOfEachChannel()) {
            waiting |= stillHopeful(attempt);
        }
        if (facts.deliveredAt() != null) {
            return afterDelivery(waiting);
        }
        return waiting ? open(stateWhileWaiting()) : advance();
    }

    /** Reached. What remains are the deadlines for read and acknowledged, which the current rung sets. */
    private Decision afterDelivery(boolean currentRungIsAtWork) {
        Instant delivered = Objects.requireNonNull(facts.deliveredAt());
        boolean escalated = ofThisRung().anyMatch(a -> a.queuedAt().isAfter(delivered));
        if (escalated && ofThisRung().anyMatch(a -> a.state() == AttemptState.QUEUED)) {
            return open(arrived());
        }
        if (escalated && !currentRungIsAtWork) {
            return advance();
        }
        if (!escalated) {
            sends.clear();
        }
        dueAt = null;
        Rung rung = ladder.rungs().get(facts.step());
        Instant from = escalated ? later(delivered, lastAnswerOfThisRung()) : delivered;
        Instant readBy = facts.readAt() == null ? after(from, rung.readWithin()) : null;
        Instant acknowledgedBy = after(from, rung.acknowledgedWithin());
        if (readBy == null && acknowledgedBy == null && sends.isEmpty()) {
            return closed(arrived());
        }
        Instant next = sends.isEmpty() ? earlier(readBy, acknowledgedBy) : null;
        if (next != null && !next.isAfter(now)) {
            return advance();
        }
        // A message queued only because no receipt had come is not needed any more; one that asks for an answer is.
        return new Decision(arrived(), true, facts.step(), next, List.copyOf(sends), !escalated);
    }

    private Stream<Progress.Attempt> ofThisRung() {
        return facts.attempts().stream().filter(a -> a.step() == facts.step());
    }

    private @Nullable Instant lastAnswerOfThisRung() {
        return ofThisRung()
                .map(Progress.Attempt::outcomeAt)
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElse(null);
    }

    private static Instant later(Instant a, @Nullable Instant b) {
        return b == null || a.isAfter(b) ? a : b;
    }

    /** Whether this attempt, or a further one on its channel, may still reach the person on this rung. */
    private boolean stillHopeful(Progress.Attempt attempt) {
        return switch (attempt.state()) {
            case QUEUED -> true;
            case ACCEPTED, HELD, SENT -> !facts.silent().contains(attempt.channel()) && withinDeadline(attempt);
            case DELIVERED, READ -> true;
            case THROTTLED -> retry(attempt, ladder.throttledRetries(), throttledDelay(attempt));
            case UNREACHABLE -> retry(attempt, ladder.unreachableRetries(), unreachableDelay(attempt));
            case UNCONFIRMED -> unknown(attempt);
            case TEMPLATE_UNUSABLE -> !attempt.spare() && attempt.hasSpare() && again(attempt, now, true, false);
            case REJECTED, FAILED, OPTED_OUT -> nextAddress(attempt);
            case QUOTA_USED, CHANNEL_DOWN, MISCONFIGURED, SUPPRESSED -> false;
        };
    }

    private boolean withinDeadline(Progress.Attempt attempt) {
        Instant deadline = after(rungStarted(attempt), rungOf(attempt).deliveredWithin());
        if (deadline == null || !deadline.isAfter(now)) {
            return false;
        }
        wakeAt(deadline);
        return true;
    }

    /** The fallback clock of a rung starts with its first answer and is not reset by retries. */
    private Instant rungStarted(Progress.Attempt attempt) {
        return facts.attempts().stream()
                .filter(a -> a.step() == attempt.step() && a.channel().equals(attempt.channel()))
                .map(Progress.Attempt::outcomeAt)
                .filter(java.util.Objects::nonNull)
                .min(Instant::compareTo)
                .orElse(now);
    }

    private boolean retry(Progress.Attempt attempt, int atMost, Duration delay) {
        long before = facts.attempts().stream()
                .filter(a -> a.step() == attempt.step()
                        && a.channel().equals(attempt.channel())
                        && a.state() == attempt.state())
                .count();
        Instant at = Objects.requireNonNullElse(attempt.outcomeAt(), now).plus(delay);
        Instant deadline = after(rungStarted(attempt), rungOf(attempt).deliveredWithin());
        boolean inTime = deadline == null || at.isBefore(deadline);
        return before <= atMost && inTime && again(attempt, at, attempt.spare(), attempt.repeat());
    }

    /** Twice as long after each refusal, or four times where the limit is this person's own. */
    private Duration throttledDelay(Progress.Attempt attempt) {
        return Duration.ofSeconds(Math.max(1, attempt.retryAfterSeconds()))
                .multipliedBy(growing(attempt, attempt.retryGrowth()));
    }

    /** Twice as long after each failure: a connection that is just being made again needs a moment. */
    private Duration unreachableDelay(Progress.Attempt attempt) {
        return ladder.retryDelay().multipliedBy(growing(attempt, 2));
    }

    private long growing(Progress.Attempt attempt, int times) {
        long sameBefore = facts.attempts().stream()
                .filter(a -> a.step() == attempt.step()
                        && a.channel().equals(attempt.channel())
                        && a.state() == attempt.state())
                .count();
        return (long) Math.pow(times, Math.min(6, Math.max(0, sameBefore - 1)));
    }

    private boolean unknown(Progress.Attempt attempt) {
        Instant settled = Objects.requireNonNullElse(attempt.outcomeAt(), now).plus(ladder.graceAfterUnknown());
        if (settled.isAfter(now)) {
            wakeAt(settled);
            return true;
        }
        boolean repeatedBefore = facts.attempts().stream().anyMatch(Progress.Attempt::repeat);
        return nextRung(facts.step()) < 0 && !repeatedBefore && again(attempt, now, attempt.spare(), true);
    }

    private boolean nextAddress(Progress.Attempt attempt) {
        return facts.addressesLeft().getOrDefault(attempt.channel(), 0) > 0 && again(attempt, now, false, false);
    }

    private boolean again(Progress.Attempt attempt, Instant at, boolean spare, boolean repeat) {
        if (facts.attempts().size() + sends.size() >= MOST_ATTEMPTS || !at.isBefore(expires)) {
            return false;
        }
        sends.add(new Send(attempt.step(), attempt.channel(), at, spare, repeat));
        return true;
    }

    /** The next rung that the person has a channel for, or the end. */
    private Decision advance() {
        sends.clear();
        dueAt = null;
        int step = nextRung(facts.step());
        if (step < 0) {
            return waitsForAPlace() ? open(stateWhileWaiting()) : closed(end());
        }
        for (String channel : ladder.rungs().get(step).channels()) {
            if (facts.channels().contains(channel) && facts.attempts().size() + sends.size() < MOST_ATTEMPTS) {
                sends.add(new Send(step, channel, now, false, false));
            }
        }
        RecipientState state = facts.deliveredAt() != null
                ? arrived()
                : facts.attempts().isEmpty() ? RecipientState.PENDING : RecipientState.WAITING;
        return new Decision(state, true, step, null, List.copyOf(sends), false);
    }

    /** With no rung left nobody is given up for want of a place: one may come free while the alert lasts. */
    private boolean waitsForAPlace() {
        if (end() != RecipientState.EXHAUSTED || facts.attempts().size() >= MOST_ATTEMPTS) {
            return false;
        }
        var last = new LinkedHashMap<String, Progress.Attempt>();
        facts.attempts().forEach(attempt -> last.put(attempt.channel(), attempt));
        for (Progress.Attempt attempt : last.values()) {
            if (attempt.state() == AttemptState.QUOTA_USED) {
                long before = facts.attempts().stream()
                        .filter(a -> a.channel().equals(attempt.channel()) && a.state() == AttemptState.QUOTA_USED)
                        .count();
                Instant at = now.plus(FOR_A_PLACE.multipliedBy(1L << Math.min(6, before - 1)));
                if (at.isBefore(expires)) {
                    sends.add(new Send(facts.step(), attempt.channel(), at, attempt.spare(), false));
                    return true;
                }
            }
        }
        return false;
    }

    private int nextRung(int after) {
        for (int i = after + 1; i < ladder.rungs().size(); i++) {
            if (facts.attempts().size() < MOST_ATTEMPTS
                    && ladder.rungs().get(i).channels().stream().anyMatch(facts.channels()::contains)) {
                return i;
            }
        }
        return -1;
    }

    private RecipientState end() {
        if (facts.deliveredAt() != null) {
            return arrived();
        }
        boolean mayArrive = facts.attempts().stream()
                .anyMatch(a -> a.state().isUnderWay() || a.state() == AttemptState.UNCONFIRMED);
        return mayArrive ? RecipientState.UNCONFIRMED : RecipientState.EXHAUSTED;
    }

    private Decision closed(RecipientState state) {
        return new Decision(state, false, Math.max(0, facts.step()), null, List.of(), true);
    }

    private Decision open(RecipientState state) {
        return new Decision(state, true, facts.step(), dueAt, List.copyOf(sends), false);
    }

    private RecipientState stateWhileWaiting() {
        boolean handed = facts.attempts().stream().anyMatch(a -> a.outcomeAt() != null);
        return handed ? RecipientState.WAITING : RecipientState.PENDING;
    }

    private RecipientState arrived() {
        return facts.readAt() != null ? RecipientState.READ : RecipientState.DELIVERED;
    }

    private List<Progress.Attempt> lastOfEachChannel() {
        var last = new LinkedHashMap<String, Progress.Attempt>();
        for (Progress.Attempt attempt : facts.attempts()) {
            if (attempt.step() == facts.step()) {
                last.put(attempt.channel(), attempt);
            }
        }
        return List.copyOf(last.values());
    }

    private Rung rungOf(Progress.Attempt attempt) {
        return ladder.rungs().get(attempt.step());
    }

    private void wakeAt(Instant at) {
        if (!at.isBefore(expires)) {
            return; // the end of the alert comes first, and closes it
        }
        dueAt = dueAt == null ? at : earlier(dueAt, at);
    }

    private static @Nullable Instant after(Instant from, @Nullable Duration within) {
        return within == null ? null : from.plus(within);
    }

    private static Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        if (a == null) {
            return Objects.requireNonNull(b);
        }
        return b == null || a.isBefore(b) ? a : b;
    }
}
