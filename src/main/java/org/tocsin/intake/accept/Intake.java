package org.tocsin.intake.accept;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.tocsin.alert.Alert;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Reference;
import org.tocsin.intake.Door;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.Normalizer;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.alerts.Candidate;
import org.tocsin.intake.alerts.Item;
import org.tocsin.intake.heartbeats.Heartbeats;
import org.tocsin.intake.hops.Echoes;
import org.tocsin.intake.parked.Parking;

/**
 * The one door for triggers. What it returns is durable: a source is acknowledged after the return, and only then.
 *
 * <p>Safe for any number of threads; what they hand in at the same time is committed together.
 */
public final class Intake implements Door, SmartLifecycle {
    private static final Duration LAST_COMMITS = Duration.ofSeconds(10);

    /** Of what is parked; the answer says where to go on. */
    private static final int REPLAYED_AT_ONCE = 500;

    /**
     * What became of many parked triggers.
     *
     * @param parked so many could not be taken, and stay
     * @param next to go on from; null when that was all
     */
    public record Replayed(
            int replayed, int parked, @Nullable Long next) {}

    private final Map<Format, List<Normalizer>> normalizers = new EnumMap<>(Format.class);
    private final GroupCommit commits;
    private final Parking parking;
    private final Heartbeats heartbeats;
    private final Echoes echoes;
    private final Clock clock;
    private final Duration commitTimeout;
    private final Rehearsal rehearsal;
    private volatile boolean running;

    Intake(
            List<Normalizer> normalizers,
            GroupCommit commits,
            Parking parking,
            Heartbeats heartbeats,
            Echoes echoes,
            Clock clock,
            Duration commitTimeout,
            Rehearsal rehearsal) {
        normalizers.forEach(normalizer -> this.normalizers
                .computeIfAbsent(normalizer.format(), format -> new ArrayList<>())
                .add(normalizer));
        this.commits = commits;
        this.parking = parking;
        this.heartbeats = heartbeats;
        this.echoes = echoes;
        this.clock = clock;
        this.commitTimeout = commitTimeout;
        this.rehearsal = rehearsal;
    }

    /**
     * @throws UnacceptableSubmission when it can never become an alert; nothing is stored, the caller parks it or says so
     * @throws IntakeUnavailable when it cannot be committed now; the same may be handed in again
     */
    @Override
    public IntakeResult accept(Submission submission) throws UnacceptableSubmission {
        IntakeResult echo = echoes.ignored(submission);
        return echo != null ? echo : accept(heard(submission));
    }

    private IntakeResult accept(Item item) throws UnacceptableSubmission {
        IntakeResult refused = refusal(item);
        if (refused != null) {
            return refused;
        }
        GroupCommit.Waiting waiting = submit(List.of(item)).get(0);
        return answer(waiting, System.nanoTime() + commitTimeout.toNanos());
    }

    /**
     * What would become of it if it came now. Nothing is stored, nobody is told, and its source is not heard by it.
     *
     * @throws UnacceptableSubmission when it can never become an alert
     */
    public Rehearsed rehearse(Submission submission) throws UnacceptableSubmission {
        Item item = item(submission);
        String sentence = forbidden(item);
        return sentence == null ? rehearsal.of(item) : new Rehearsed(new IntakeResult.NotAllowed(sentence), List.of());
    }

    /** Whoever wants to know which of many could not be taken: by its place among them. */
    @FunctionalInterface
    public interface OfMany {
        void failed(int place, RuntimeException why);
    }

    /**
     * Many at once, in their order; poison among them is parked, and the others go on.
     *
     * @throws IntakeUnavailable when any of them cannot be committed now; all may be handed in again
     */
    public List<IntakeResult> acceptAll(List<Submission> submissions) {
        return acceptAll(submissions, (place, why) -> {});
    }

    /**
     * The same. One that a defect of ours hinders does not hinder the others: they are taken, and then it is thrown.
     *
     * @param ofMany is told of each that could not be taken; after {@link IntakeUnavailable} not of those behind it
     */
    public List<IntakeResult> acceptAll(List<Submission> submissions, OfMany ofMany) {
        List<IntakeResult> results = new ArrayList<>();
        List<Item> items = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        for (Submission submission : submissions) {
            IntakeResult echo = echoes.ignored(submission);
            results.add(echo);
            if (echo != null) {
                continue;
            }
            try {
                Item item = heard(submission);
                IntakeResult refused = refusal(item);
                if (refused == null) {
                    items.add(item);
                    places.add(results.size() - 1);
                } else {
                    results.set(results.size() - 1, refused);
                }
            } catch (UnacceptableSubmission poison) {
                results.set(results.size() - 1, parking.park(submission, poison));
            } catch (IntakeUnavailable | DataAccessException away) {
                ofMany.failed(results.size() - 1, away);
                throw away;
            } catch (RuntimeException defect) {
                ofMany.failed(results.size() - 1, defect);
                failures.add(defect);
            }
        }
        if (!items.isEmpty()) {
            List<GroupCommit.Waiting> waiting = submit(items);
            long until = System.nanoTime() + commitTimeout.toNanos();
            for (int i = 0; i < waiting.size(); i++) {
                try {
                    results.set(places.get(i), answerOrPark(waiting.get(i), until));
                } catch (RuntimeException failure) {
                    ofMany.failed(places.get(i), failure);
                    failures.add(failure);
                }
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return results;
    }

    /**
     * A parked trigger once more, as that operator.
     *
     * @return null when there is none of that number, or it was replayed before
     */
    public @Nullable IntakeResult replay(long parkedId, Principal operator) throws UnacceptableSubmission {
        Submission submission = parking.submission(parkedId, operator).orElse(null);
        if (submission == null) {
            return null;
        }
        Item item = item(submission);
        IntakeResult result = accept(item);
        if (item.trigger() instanceof Trigger.Pack pack && !pack.problems().isEmpty()) {
            // What could be read of it counts, and the rest is still to be mended.
            throw new UnacceptableSubmission(pack.problems());
        }
        if (result instanceof IntakeResult.Accepted accepted) {
            parking.replayed(parkedId, accepted.id(), operator.name());
        } else if (result instanceof IntakeResult.Duplicate duplicate) {
            parking.replayed(parkedId, duplicate.id(), operator.name());
        } else if (result instanceof IntakeResult.Grouped grouped) {
            parking.replayed(parkedId, grouped.id(), operator.name());
        } else if (result instanceof IntakeResult.Silent) {
            parking.replayed(parkedId, null, operator.name());
        }
        return result;
    }

    /**
     * All that is parked of a source, in the order in which it came; what is poison still stays parked. Broken off by
     * {@link IntakeUnavailable}, it is begun anew with the same: what was replayed is parked no more.
     *
     * @param reason only those with it; null: all
     * @param after the id to go on from; 0 at first
     */
    public Replayed replayAll(String source, @Nullable String reason, long after, Principal operator) {
        List<Long> ids = parking.waiting(source, reason, after, REPLAYED_AT_ONCE);
        int replayed = 0;
        for (long id : ids) {
            try {
                IntakeResult result = replay(id, operator);
                boolean stays = result instanceof IntakeResult.Conflict || result instanceof IntakeResult.NotAllowed;
                replayed += result == null || stays ? 0 : 1;
            } catch (UnacceptableSubmission stillPoison) {
                // It stays parked, and is counted as such.
                continue;
            }
        }
        Long next = ids.size() < REPLAYED_AT_ONCE ? null : ids.get(ids.size() - 1);
        return new Replayed(replayed, ids.size() - replayed, next);
    }

    /** Its source lives, whatever it says; so does each device that can be understood. */
    private Item heard(Submission submission) throws UnacceptableSubmission {
        if (!submission.attributes().containsKey(Submission.HELD)) {
            heartbeats.seen(submission.source(), "");
        }
        Item item = item(submission);
        heartbeats.seen(item.trigger());
        return item;
    }

    private Item item(Submission submission) throws UnacceptableSubmission {
        Trigger trigger = normalizer(submission).normalise(submission, clock.instant());
        if (trigger instanceof Trigger.Complete complete) {
            requireReferences(complete.alert());
        }
        return new Item(submission, trigger);
    }

    /** The one that claims it, or else the one that is for all of its format. */
    private Normalizer normalizer(Submission submission) {
        List<Normalizer> ofFormat = normalizers.get(submission.format());
        return ofFormat.stream()
                .filter(normalizer -> normalizer.claims(submission))
                .findFirst()
                .orElseGet(() -> ofFormat.stream()
                        .filter(normalizer -> !normalizer.onlyWhatItClaims())
                        .findFirst()
                        .orElseThrow());
    }

    private static void requireReferences(Alert alert) throws UnacceptableSubmission {
        if (alert.msgType() == MsgType.Cancel && alert.references().isEmpty()) {
            throw new UnacceptableSubmission("references", "required in a Cancel: what it cancels");
        }
    }

    /** What this principal may not say, before anything is written. Who does not read our answer is parked with it. */
    private @Nullable IntakeResult refusal(Item item) {
        String sentence = forbidden(item);
        if (sentence == null) {
            return null;
        }
        if (!item.submission().answered()) {
            parking.park(item.submission(), sentence);
        }
        return new IntakeResult.NotAllowed(sentence);
    }

    private static @Nullable String forbidden(Item item) {
        return item.trigger() instanceof Trigger.Complete complete
                ? forbidden(complete.alert(), item.submission().principal())
                : null;
    }

    private static @Nullable String forbidden(Alert alert, Principal principal) {
        if (!principal.maySpeakFor(alert.sender())) {
            return principal.name() + " may not speak for this sender.";
        }
        if (Candidate.changesAnother(alert) && principal.role() != Role.OPERATOR) {
            for (Reference reference : alert.references()) {
                if (!reference.sender().equals(alert.sender())) {
                    return "Only the sender of an alert, or an operator, may update or cancel it.";
                }
            }
        }
        return null;
    }

    private List<GroupCommit.Waiting> submit(List<Item> items) {
        try {
            return commits.submit(items, commitTimeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IntakeUnavailable("the hub is stopping");
        }
    }

    private static IntakeResult answer(GroupCommit.Waiting waiting, long until) throws UnacceptableSubmission {
        try {
            IntakeResult result = waiting.answer().get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (result instanceof IntakeResult.TooEarly early) {
                throw new IntakeUnavailable(early.why());
            }
            return result;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnacceptableSubmission poison) {
                throw poison;
            }
            throw new IntakeUnavailable("the ledger cannot commit now");
        } catch (TimeoutException | CancellationException e) {
            waiting.answer().cancel(false);
            throw new IntakeUnavailable("the ledger took too long to commit");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IntakeUnavailable("the hub is stopping");
        }
    }

    private IntakeResult answerOrPark(GroupCommit.Waiting waiting, long until) {
        try {
            return answer(waiting, until);
        } catch (UnacceptableSubmission poison) {
            return parking.park(waiting.item().submission(), poison);
        }
    }

    @Override
    public void start() {
        commits.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        try {
            commits.stop(LAST_COMMITS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before whatever hands triggers in (web server and routes have phases near the maximum), and stopped after it. */
    @Override
    public int getPhase() {
        return 0;
    }
}
