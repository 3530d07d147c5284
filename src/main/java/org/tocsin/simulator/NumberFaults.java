package org.tocsin.simulator;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What messages of one business number meet; of several faults the newest counts. */
final class NumberFaults {
    private static final int PEOPLE_SALT = 2_000_003;

    /**
     * @param lasting until it is taken back by {@link #set}
     * @param share of the people whom the number writes to, always the same ones for a seed
     */
    private record Rule(String number, Fault fault, boolean lasting, double share, int salt) {}

    private final long seed;
    private volatile List<Rule> rules = List.of();
    private int next;

    NumberFaults(long seed) {
        this.seed = seed;
    }

    /** From now on, instead of what was set before. @param fault null: nothing */
    synchronized void set(String number, @Nullable Fault fault) {
        List<Rule> changed = new ArrayList<>(rules.stream()
                .filter(rule -> !(rule.lasting() && rule.number().equals(number)))
                .toList());
        if (fault != null) {
            changed.add(new Rule(number, fault, true, 1, next++));
        }
        rules = changed;
    }

    /** On top of what was set. @return takes it back */
    synchronized Runnable during(String number, double share, Fault fault) {
        Rule window = new Rule(number, fault, false, share, next++);
        List<Rule> changed = new ArrayList<>(rules);
        changed.add(window);
        rules = changed;
        return () -> end(window);
    }

    private synchronized void end(Rule over) {
        rules = rules.stream().filter(rule -> rule != over).toList();
    }

    synchronized void clear() {
        rules = List.of();
        next = 0;
    }

    /** What a message of this number to this person meets. */
    @Nullable
    Fault of(String number, String to) {
        Fault met = null;
        for (Rule rule : rules) {
            if (rule.number().equals(number)
                    && (rule.share() >= 1 || Chance.of(seed, to, PEOPLE_SALT + rule.salt()) < rule.share())) {
                met = rule.fault();
            }
        }
        return met;
    }

    /** What all of its messages meet, and so its health shows. */
    @Nullable
    Fault ofAll(String number) {
        Fault met = null;
        for (Rule rule : rules) {
            if (rule.number().equals(number) && rule.share() >= 1) {
                met = rule.fault();
            }
        }
        return met;
    }
}
