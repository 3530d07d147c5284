package org.tocsin.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Who meets which fault. What is said of a recipient replaces what is said of all. Chance is drawn from (seed,
 * recipient, that recipient's how-many-th message), so that a run repeats whatever the order of arrival.
 */
public final class FaultPlan<F> {

    private record Rule<F>(F fault, double probability, AtomicInteger left) {}

    private final long seed;
    private final Map<String, List<Rule<F>>> byRecipient = new ConcurrentHashMap<>();
    private volatile List<Rule<F>> forAll = List.of();
    private final Map<String, AtomicInteger> drawn = new ConcurrentHashMap<>();

    FaultPlan(long seed) {
        this.seed = seed;
    }

    /** From now on, for every message to this recipient. An empty list: healthy, whatever holds for all. */
    public void forRecipient(String to, List<? extends F> faults) {
        List<Rule<F>> rules = new ArrayList<>(faults.size());
        faults.forEach(fault -> rules.add(always(fault)));
        byRecipient.put(Addresses.key(to), rules);
    }

    /** For the next {@code times} messages to this recipient; after that it is healthy. */
    public void forRecipient(String to, int times, F fault) {
        byRecipient.put(Addresses.key(to), List.of(new Rule<>(fault, 1, new AtomicInteger(times))));
    }

    /** From now on, for every recipient that has nothing of its own. */
    public synchronized void forAll(List<? extends F> faults) {
        List<Rule<F>> rules = new ArrayList<>(faults.size());
        faults.forEach(fault -> rules.add(always(fault)));
        forAll = rules;
    }

    /** Added to what holds for all: this share of messages, at most {@code times} of them. */
    public synchronized void forSome(double probability, int times, F fault) {
        List<Rule<F>> rules = new ArrayList<>(forAll);
        rules.add(new Rule<>(fault, probability, new AtomicInteger(times)));
        forAll = rules;
    }

    public synchronized void clear() {
        byRecipient.clear();
        forAll = List.of();
        drawn.clear();
    }

    /** What this message meets, in the order in which it was said. */
    List<F> draw(String to) {
        List<Rule<F>> rules = byRecipient.isEmpty() ? forAll : byRecipient.getOrDefault(to, forAll);
        return rules.isEmpty() ? List.of() : draw(rules, to);
    }

    /** For what must be decided before the recipient is known. */
    boolean drawForAll(Predicate<F> kind) {
        if (forAll.isEmpty()) {
            return false;
        }
        List<Rule<F>> rules =
                forAll.stream().filter(rule -> kind.test(rule.fault())).toList();
        return !draw(rules, "").isEmpty();
    }

    boolean holdsForAll(Predicate<F> kind) {
        return forAll.stream().anyMatch(rule -> kind.test(rule.fault()));
    }

    private List<F> draw(List<Rule<F>> rules, String to) {
        List<F> met = new ArrayList<>(rules.size());
        for (int i = 0; i < rules.size(); i++) {
            Rule<F> rule = rules.get(i);
            if (rule.probability() < 1 && chance(to, i) >= rule.probability()) {
                continue;
            }
            if (rule.left().get() == Integer.MAX_VALUE || rule.left().getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                met.add(rule.fault());
            }
        }
        return met;
    }

    private double chance(String to, int rule) {
        int nth = drawn.computeIfAbsent(to, key -> new AtomicInteger()).getAndIncrement();
        return Chance.of(seed, to, nth * 31L + rule);
    }

    private static <F> Rule<F> always(F fault) {
        return new Rule<>(fault, 1, new AtomicInteger(Integer.MAX_VALUE));
    }
}
