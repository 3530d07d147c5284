package org.tocsin.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who meets which fault. What is said of a recipient replaces what is said of all. Chance is drawn from (seed,
 * recipient, that recipient's how-many-th message), so that a run repeats whatever the order of arrival.
 */
public final class FaultPlan<F> {

    private record Rule<F>(F fault, double probability, AtomicInteger left, int salt) {}

    private record Window<F>(Scope scope, Rule<F> rule) {}

    /**
     * Who is meant.
     *
     * @param pattern an address, the beginning of addresses such as {@code +33*}, or {@code *}
     * @param share of these people, always the same ones for a seed
     */
    public record Scope(String pattern, double share) {
        public Scope {
            pattern = pattern.endsWith("*") ? pattern : Addresses.key(pattern);
        }

        boolean all() {
            return pattern.equals("*") && share >= 1;
        }

        boolean one() {
            return !pattern.endsWith("*");
        }

        private boolean matches(String to, long seed, int salt) {
            boolean named = one() ? to.equals(pattern) : to.startsWith(pattern.substring(0, pattern.length() - 1));
            return named && (share >= 1 || Chance.of(seed, to, PEOPLE_SALT + salt) < share);
        }
    }

    private static final int PEOPLE_SALT = 1_000_003;

    private final long seed;
    private volatile List<Window<F>> windows = List.of();
    private int nextWindow;
    private final Map<String, List<Rule<F>>> byRecipient = new ConcurrentHashMap<>();
    private volatile List<Rule<F>> forAll = List.of();
    private final Map<String, AtomicInteger> drawn = new ConcurrentHashMap<>();

    FaultPlan(long seed) {
        this.seed = seed;
    }

    /** From now on, for every message to this recipient. An empty list: healthy, whatever holds for all. */
    public void forRecipient(String to, List<? extends F> faults) {
        List<Rule<F>> rules = new ArrayList<>(faults.size());
        faults.forEach(fault -> rules.add(always(fault, rules.size())));
        byRecipient.put(Addresses.key(to), rules);
    }

    /** For the next {@code times} messages to this recipient; after that it is healthy. */
    public void forRecipient(String to, int times, F fault) {
        byRecipient.put(Addresses.key(to), List.of(new Rule<>(fault, 1, new AtomicInteger(times), 0)));
    }

    /** From now on, for every recipient that has nothing of its own. */
    public synchronized void forAll(List<? extends F> faults) {
        List<Rule<F>> rules = new ArrayList<>(faults.size());
        faults.forEach(fault -> rules.add(always(fault, rules.size())));
        forAll = rules;
    }

    /** Added to what holds for all: this share of messages, at most {@code times} of them. */
    public synchronized void forSome(double probability, int times, F fault) {
        List<Rule<F>> rules = new ArrayList<>(forAll);
        rules.add(new Rule<>(fault, probability, new AtomicInteger(times), rules.size()));
        forAll = rules;
    }

    /**
     * On top of everything else, until it is taken back. Somebody who has a fault, or health, of their own is only meant
     * by their whole address.
     *
     * @param probability share of their messages
     * @return takes it back
     */
    public synchronized Runnable during(Scope scope, double probability, int times, F fault) {
        int salt = 1_000 + nextWindow++;
        Window<F> window = new Window<>(scope, new Rule<>(fault, probability, new AtomicInteger(times), salt));
        List<Window<F>> more = new ArrayList<>(windows);
        more.add(window);
        windows = more;
        return () -> end(window);
    }

    private synchronized void end(Window<F> over) {
        windows = windows.stream().filter(window -> window != over).toList();
    }

    public synchronized void clear() {
        windows = List.of();
        nextWindow = 0;
        byRecipient.clear();
        forAll = List.of();
        drawn.clear();
    }

    /** What this message meets, in the order in which it was said. */
    List<F> draw(String to) {
        List<Rule<F>> own = byRecipient.isEmpty() ? null : byRecipient.get(to);
        List<Rule<F>> rules = own == null ? forAll : own;
        List<Window<F>> open = windows;
        if (!open.isEmpty()) {
            List<Rule<F>> meant = new ArrayList<>();
            for (Window<F> window : open) {
                boolean may = own == null || window.scope().one();
                if (may && window.scope().matches(to, seed, window.rule().salt())) {
                    meant.add(window.rule());
                }
            }
            meant.addAll(rules);
            rules = meant;
        }
        return rules.isEmpty() ? List.of() : draw(rules, to);
    }

    /** For what must be decided before the recipient is known. */
    boolean drawForAll(Predicate<F> kind) {
        if (forAll.isEmpty() && windows.isEmpty()) {
            return false;
        }
        List<Rule<F>> rules = ofAll().filter(rule -> kind.test(rule.fault())).toList();
        return !draw(rules, "").isEmpty();
    }

    boolean holdsForAll(Predicate<F> kind) {
        return ofAll().anyMatch(rule -> kind.test(rule.fault()));
    }

    private Stream<Rule<F>> ofAll() {
        return Stream.concat(
                windows.stream().filter(window -> window.scope().all()).map(Window::rule), forAll.stream());
    }

    private List<F> draw(List<Rule<F>> rules, String to) {
        List<F> met = new ArrayList<>(rules.size());
        for (Rule<F> rule : rules) {
            if (rule.probability() < 1 && chance(to, rule.salt()) >= rule.probability()) {
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

    private static <F> Rule<F> always(F fault, int salt) {
        return new Rule<>(fault, 1, new AtomicInteger(Integer.MAX_VALUE), salt);
    }
}
