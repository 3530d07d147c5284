package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.RecipientRecord.AttemptRecord;
import org.tocsin.directory.Address;
import org.tocsin.directory.Directory;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.privacy.LookupHash;

/**
 * Where every fact about a delivery is written, and what follows from it is decided, in one transaction: locked
 * recipients, their attempts, the decision of {@link NextStep}, the new work, the journal. Batches cost a fixed
 * number of statements.
 */
@Component
public class Ledger {
    /** The code of a message that somebody else has answered. */
    public static final String WRONG_NUMBER = "wrong-number";

    /** Of a digest's recipient: the recipients of the alerts that it tells this person of. */
    private static final String ITEMS = """
            select r.id from recipient t join digest d on d.alert_id = t.alert_id
            cross join lateral unnest(d.items) i (alert_id)
            join recipient r on r.alert_id = i.alert_id and r.person_id = t.person_id
            where t.id = ? and r.state in ('WITHHELD', 'DIGESTED')""";

    /**
     * Parameter: the person. Not an alert that a provider has refused, holds back, or has not answered for yet: a word that was
     * meant for the alert before would end its ladder, and nobody would be told. The other way round somebody is told once
     * more.
     */
    static final String NEWEST = """
            select r.id from recipient r
            where r.person_id = ? and exists (select 1 from attempt_result a
                where a.id between r.id * 32 and r.id * 32 + 31
                    and a.state in ('ACCEPTED', 'SENT', 'DELIVERED', 'READ', 'UNCONFIRMED'))
            order by r.alert_id desc limit 1""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final AlertPlans plans;
    private final Directory directory;
    private final AddressCipher cipher;
    private final LookupHash hash;
    private final LedgerRows rows = new LedgerRows();
    private final Wakeups wakeups;
    private final ProviderCircuits circuits;
    private final ExhaustedPeople exhausted;
    private final LedgerWatch watch;

    Ledger(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            AlertPlans plans,
            Directory directory,
            AddressCipher cipher,
            LookupHash hash,
            Wakeups wakeups,
            ProviderCircuits circuits,
            ExhaustedPeople exhausted,
            LedgerWatch watch) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.plans = plans;
        this.directory = directory;
        this.cipher = cipher;
        this.hash = hash;
        this.wakeups = wakeups;
        this.circuits = circuits;
        this.exhausted = exhausted;
        this.watch = watch;
    }

    /**
     * Applies facts in a transaction of its own (or joins the caller's) and wakes the channels that got work. Facts
     * that are known already, or came too late, change nothing.
     */
    public void apply(Collection<? extends Fact> facts) {
        if (facts.isEmpty()) {
            return;
        }
        Set<String> woken = transaction.execute(status -> applyHere(facts));
        wakeAfterCommit(woken);
    }

    /**
     * Applies the outcomes of messages of whose people nothing else is known, without reading them again, in a transaction of
     * its own (or joins the caller's).
     *
     * @throws DuplicateKeyException a receipt came while an outcome was written: call again
     * @return what is left for {@link #apply}: the others, and those of whom something was learnt since their claim
     */
    public List<Fact.Outcome> applyFirst(List<Fact.Outcome> outcomes) {
        List<Fact.Outcome> first = outcomes.stream()
                .filter(outcome -> outcome.fresh() != null)
                .sorted(Comparator.comparingLong(Fact.Outcome::attemptId))
                .toList();
        if (first.isEmpty()) {
            return outcomes;
        }
        List<Fact.Outcome> left =
                outcomes.stream().filter(outcome -> outcome.fresh() == null).collect(Collectors.toList());
        Set<String> woken = transaction.execute(status ->
                jdbc.execute((ConnectionCallback<Set<String>>) connection -> applyFirstHere(connection, first, left)));
        wakeAfterCommit(woken);
        return left;
    }

    private Set<String> applyFirstHere(Connection connection, List<Fact.Outcome> first, List<Fact.Outcome> left)
            throws SQLException {
        Instant now = watch.asked().instant();
        Changes changes = learnedFrom(first, now);
        Set<Long> unchanged = changes.writeFresh(connection);
        if (unchanged.size() < first.size()) {
            Map<Boolean, List<Fact.Outcome>> parts =
                    first.stream().collect(Collectors.partitioningBy(o -> unchanged.contains(o.recipientId())));
            left.addAll(parts.get(false));
            changes = learnedFrom(parts.get(true), now);
        }
        changes.writeMessages(connection);
        exhausted.count(changes.exhaustedPeople);
        return changes.wake;
    }

    private Changes learnedFrom(List<Fact.Outcome> first, Instant now) {
        Changes changes = new Changes(now);
        for (Fact.Outcome outcome : first) {
            RecipientRecord record = Objects.requireNonNull(outcome.fresh()).record(outcome.attemptId());
            learnOutcome(record, outcome, changes);
            follow(record, changes);
        }
        return changes;
    }

    private void wakeAfterCommit(Set<String> channels) {
        if (channels != null && !channels.isEmpty()) {
            AfterCommit.run(() -> channels.forEach(wakeups::signal));
        }
    }

    private Set<String> applyHere(Collection<? extends Fact> facts) {
        return jdbc.execute((ConnectionCallback<Set<String>>) connection -> {
            Map<Long, List<Fact>> byRecipient = new LinkedHashMap<>();
            for (Fact fact : facts) {
                byRecipient
                        .computeIfAbsent(fact.recipientId(), k -> new ArrayList<>(1))
                        .add(fact);
            }
            Instant[] now = new Instant[1];
            long askedAt = System.nanoTime();
            Map<Long, RecipientRecord> records = rows.lock(connection, byRecipient.keySet(), now);
            if (records.isEmpty()) {
                return Set.of();
            }
            watch.check(now[0], askedAt);
            Changes changes = new Changes(now[0]);
            List<RecipientRecord> failed = new ArrayList<>();
            for (RecipientRecord record : records.values()) {
                boolean lost = false;
                for (Fact fact : byRecipient.get(record.id)) {
                    lost |= learn(record, fact, changes);
                }
                if (lost) {
                    failed.add(record);
                }
            }
            countAddressesLeft(failed);
            for (RecipientRecord record : records.values()) {
                follow(record, changes);
            }
            changes.write(connection);
            exhausted.count(changes.exhaustedPeople);
            return changes.wake;
        });
    }

    /** Takes one fact into the record. @return whether a message failed by receipt, so that other addresses matter */
    private boolean learn(RecipientRecord record, Fact fact, Changes changes) {
        if (fact instanceof Fact.Outcome outcome) {
            learnOutcome(record, outcome, changes);
            return false;
        } else if (fact instanceof Fact.Received received) {
            return learnReceipt(record, received, changes);
        } else if (fact instanceof Fact.WrongNumber wrong) {
            return learnWrongNumber(record, wrong, changes);
        } else if (fact instanceof Fact.Answered answered) {
            record.acknowledgedAt = record.acknowledgedAt == null ? changes.now : record.acknowledgedAt;
            String answer = answered.answer().name();
            if (!answer.equals(record.answer)) {
                record.answer = answer;
                record.answeredOn = answered.channel();
                record.changed = true;
                changes.journal(record, null, "answered", answer + " on " + answered.channel());
            }
            return false;
        } else if (fact instanceof Fact.Withdrawn withdrawn) {
            learnWithdrawn(record, withdrawn, changes);
        } else if (fact instanceof Fact.Silent silent) {
            record.silent = hasOtherWay(record, silent.channel()) ? Set.of(silent.channel()) : Set.of();
        }
        return false; // Due: only a reason to look again
    }

    private void learnOutcome(RecipientRecord record, Fact.Outcome fact, Changes changes) {
        AttemptRecord attempt = record.attempt(fact.attemptId());
        if (attempt == null || attempt.outcomeAt != null) {
            return; // fenced: the first outcome stands, a repeated or late one changes nothing
        }
        DeliveryOutcome outcome = fact.outcome();
        AttemptState state = AttemptState.of(outcome);
        // A receipt may be quicker than the answer that it follows.
        boolean ahead = attempt.state.hasArrived()
                || attempt.state == AttemptState.SENT
                || attempt.state == AttemptState.FAILED;
        if (!ahead) {
            attempt.state = state;
        }
        attempt.outcomeAt = changes.now;
        attempt.handedAt = fact.handedAt();
        attempt.sender = fact.sender();
        attempt.version = fact.version();
        attempt.code = Outcomes.code(outcome);
        attempt.hasSpare = fact.hasSpare();
        if (outcome instanceof DeliveryOutcome.Throttled throttled) {
            attempt.retryAfterSeconds = throttled.retryAfter().toSeconds();
            attempt.retryGrowth = Outcomes.growth(throttled);
        }
        if (fact.address() != null) {
            attempt.addressEnc = fact.address().encrypted();
            attempt.addressHash = fact.address().hash();
        }
        String providerId = Outcomes.providerId(outcome);
        if (providerId != null) {
            attempt.providerIdEnc = cipher.encrypt(providerId);
            attempt.providerRef = providerRef(attempt.channel, providerId);
        }
        if (state.isUnderWay() && record.acceptedAt == null) {
            record.acceptedAt = changes.now;
            record.changed = true;
        }
        record.addressesLeft.merge(attempt.channel, fact.addressesLeft(), Integer::sum);
        attempt.changed = true;
        changes.journal(record, attempt, state.name().toLowerCase(java.util.Locale.ROOT), attempt.code);
    }

    private boolean hasOtherWay(RecipientRecord record, String channel) {
        return NextStep.hasOtherWay(
                plans.of(record.alertId).ladder(record.firstChannel), record.progress(), channel, circuits::isBroken);
    }

    private void learnWithdrawn(RecipientRecord record, Fact.Withdrawn fact, Changes changes) {
        AttemptRecord attempt = record.attempt(fact.attemptId());
        if (attempt == null || attempt.outcomeAt != null || attempt.state != AttemptState.QUEUED) {
            return;
        }
        if (record.open && !hasOtherWay(record, attempt.channel)) {
            changes.setAside(record, attempt);
            return;
        }
        attempt.state = record.open ? AttemptState.CHANNEL_DOWN : AttemptState.SUPPRESSED;
        attempt.outcomeAt = changes.now;
        attempt.code = "circuit-open";
        attempt.changed = true;
        changes.journal(record, attempt, attempt.state.name().toLowerCase(java.util.Locale.ROOT), attempt.code);
    }

    private boolean learnReceipt(RecipientRecord record, Fact.Received fact, Changes changes) {
        AttemptRecord attempt = record.attempt(fact.attemptId());
        if (attempt == null || WRONG_NUMBER.equals(attempt.code)) {
            return false; // what a stranger's phone confirms says nothing of the person
        }
        switch (fact.kind()) {
            case SENT -> {
                if (attempt.sentAt == null) {
                    attempt.sentAt = changes.now;
                    rise(record, attempt, AttemptState.SENT, changes);
                }
            }
            case DELIVERED -> {
                if (attempt.deliveredAt == null) {
                    attempt.deliveredAt = changes.now;
                    arrive(record, changes);
                    rise(record, attempt, AttemptState.DELIVERED, changes);
                }
            }
            case READ -> {
                if (attempt.readAt == null) {
                    attempt.readAt = changes.now;
                    arrive(record, changes); // "read" may come without "delivered"
                    record.readAt = record.readAt == null ? changes.now : record.readAt;
                    rise(record, attempt, AttemptState.READ, changes);
                }
            }
            case FAILED -> {
                return learnFailed(record, attempt, fact, changes);
            }
        }
        if (attempt.changed && fact.pricing() != null) {
            attempt.pricing = fact.pricing(); // never a reason of its own to write the row
        }
        return false;
    }

    private boolean learnFailed(RecipientRecord record, AttemptRecord attempt, Fact.Received fact, Changes changes) {
        if (attempt.failedAt != null || attempt.state.hasArrived()) {
            return false; // "failed" after "delivered" or "read" is not true
        }
        attempt.failedAt = changes.now;
        attempt.state = AttemptState.FAILED;
        attempt.code = fact.failure() == null ? attempt.code : Outcomes.code(fact.failure());
        attempt.changed = true;
        changes.journal(record, attempt, "failed", attempt.code);
        return true;
    }

    private boolean learnWrongNumber(RecipientRecord record, Fact.WrongNumber fact, Changes changes) {
        AttemptRecord attempt = record.attempt(fact.attemptId());
        if (attempt == null || attempt.state == AttemptState.REJECTED) {
            return false;
        }
        attempt.state = AttemptState.REJECTED;
        attempt.code = WRONG_NUMBER;
        attempt.failedAt = changes.now;
        attempt.changed = true;
        // What this phone confirmed says nothing about the person; another attempt's receipt may.
        boolean otherwise = record.attempts.stream().anyMatch(a -> a.state.hasArrived());
        if (!otherwise) {
            record.deliveredAt = null;
            record.readAt = null;
            record.open = record.acknowledgedAt == null
                    && record.stateBefore != RecipientState.CANCELLED
                    && record.stateBefore != RecipientState.EXPIRED;
            record.state = RecipientState.WAITING;
        }
        record.changed = true;
        changes.journal(record, attempt, "wrong-number", attempt.channel);
        return true;
    }

    private static void arrive(RecipientRecord record, Changes changes) {
        if (record.deliveredAt == null) {
            record.deliveredAt = changes.now;
            record.changed = true;
        }
    }

    private static void rise(RecipientRecord record, AttemptRecord attempt, AttemptState to, Changes changes) {
        boolean higher = !attempt.state.hasArrived() || to == AttemptState.READ;
        boolean wrongNumber = attempt.state == AttemptState.REJECTED;
        if (higher && !wrongNumber && !(to == AttemptState.SENT && attempt.state == AttemptState.FAILED)) {
            attempt.state = to;
        }
        attempt.changed = true;
        record.changed = true;
        changes.journal(record, attempt, to.name().toLowerCase(java.util.Locale.ROOT), attempt.channel);
    }

    /** For those whose message failed by receipt: how many other addresses the directory has on that channel. */
    private void countAddressesLeft(List<RecipientRecord> failed) {
        Map<String, List<RecipientRecord>> byChannel = new LinkedHashMap<>();
        for (RecipientRecord record : failed) {
            record.attempts.stream()
                    .filter(a -> a.state == AttemptState.FAILED || a.state == AttemptState.REJECTED)
                    .map(a -> a.channel)
                    .distinct()
                    .forEach(c ->
                            byChannel.computeIfAbsent(c, k -> new ArrayList<>()).add(record));
        }
        byChannel.forEach((channel, records) -> {
            Map<Long, List<Address>> addresses = directory.addresses(
                    channel, records.stream().map(r -> r.personId).toList());
            for (RecipientRecord record : records) {
                List<byte[]> used = record.attempts.stream()
                        .filter(a -> a.channel.equals(channel) && a.addressHash != null)
                        .map(a -> a.addressHash)
                        .toList();
                long left = addresses.getOrDefault(record.personId, List.of()).stream()
                        .filter(address -> used.stream().noneMatch(address::isSameAs))
                        .count();
                record.addressesLeft.put(channel, (int) left);
            }
        });
    }

    private void follow(RecipientRecord record, Changes changes) {
        AlertPlans.AlertPlan plan = plans.of(record.alertId);
        Decision decision =
                NextStep.decide(plan.ladder(record.firstChannel), record.progress(), changes.now, plan.expires());
        changes.take(record, decision, plan);
    }

    /**
     * A person's answer to an alert. Who answers a digest has seen what it tells of: each of those alerts is acknowledged.
     * The words themselves ("I need help") stand with the digest, so that the duty group hears of one call, not of many.
     */
    public void answered(long recipientId, Answer answer, String channel) {
        List<Fact> facts = new ArrayList<>(List.of(new Fact.Answered(recipientId, answer, channel)));
        jdbc.queryForList(ITEMS, Long.class, recipientId)
                .forEach(item -> facts.add(new Fact.Answered(item, Answer.ACKNOWLEDGED, channel)));
        apply(facts);
    }

    /** The address that an attempt was sent to is used no more; not where a receipt says that it arrived there. */
    public void markAddressOf(long attemptId, String reason) {
        jdbc.query(
                """
                select o.channel, s.address_hash from attempt_order o join attempt_result s on s.id = o.id
                where o.id = ? and s.address_hash is not null and s.delivered_at is null and s.read_at is null""",
                row -> {
                    directory.markUnusable(row.getString(1), row.getBytes(2), reason);
                },
                attemptId);
    }

    /** What a provider's id is looked up by. */
    public long providerRef(String channel, String providerId) {
        return hash.shortOf("provider:" + channel, providerId);
    }

    /** The attempt that a provider's id belongs to, or null. */
    public @Nullable Long attemptOf(String channel, String providerId) {
        List<Long> found = jdbc.queryForList(
                "select id from attempt where provider_ref = ? and channel = ? order by id desc limit 1",
                Long.class,
                providerRef(channel, providerId),
                channel);
        return found.isEmpty() ? null : found.get(0);
    }

    /** The newest alert that may be on this person's phone, or null: what a bare reply answers. */
    public @Nullable Long newestRecipientOf(long personId) {
        List<Long> found = jdbc.queryForList(NEWEST, Long.class, personId);
        return found.isEmpty() ? null : found.get(0);
    }

    /** The newest attempt of a recipient on a channel that a provider was given, or null. */
    public @Nullable Long newestAttempt(long recipientId, String channel) {
        List<Long> found = jdbc.queryForList("""
                select id from attempt where id between ? * 32 and ? * 32 + 31 and channel = ?
                    and outcome_at is not null order by id desc limit 1""", Long.class, recipientId, recipientId, channel);
        return found.isEmpty() ? null : found.get(0);
    }
}
