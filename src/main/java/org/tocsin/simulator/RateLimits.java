package org.tocsin.simulator;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many messages each number, each pair and the portfolio may still send. Costs nothing while no rule is set. */
final class RateLimits {
    private static final long PAIR_MILLIS = 6_000;
    private static final int PAIR_BURST = 45;
    private static final long DAY_MILLIS = Duration.ofHours(24).toMillis();
    private static final int MOST_PAIRS = 100_000;

    private final Timeline clock;
    private Rules rules;
    private int perSecond;
    private long maintenanceUntil;

    private static final class Number {
        double tokens;
        long refilled;
    }

    private final Map<String, Number> numbers = new HashMap<>();

    private static final class Pair {
        long burstBegan;
        int burst;
        long repaid;
    }

    private final Map<String, Pair> pairs = new HashMap<>();

    /** Since when each is counted, the oldest first. */
    private final Map<String, Long> people = new LinkedHashMap<>();

    RateLimits(Rules rules, Timeline clock) {
        this.clock = clock;
        this.rules = rules;
        apply(rules);
    }

    synchronized void apply(Rules changed) {
        rules = changed;
        perSecond = changed.throughput() == null ? 0 : changed.throughput().perSecond();
        numbers.clear();
        pairs.clear();
        people.clear();
    }

    boolean none() {
        return rules.throughput() == null && !rules.pairLimit() && rules.portfolio() == null && maintenanceUntil == 0;
    }

    /** @return the refusal, or null: counted and allowed */
    synchronized @Nullable Fault refuses(String number, String to, boolean windowOpen) {
        long now = clock.millis();
        if (now < maintenanceUntil) {
            return Fault.refused(131057);
        }
        if (rules.throughput() != null && !token(number, now)) {
            return Fault.refused(130429, rules.throughput().status());
        }
        if (rules.pairLimit() && !pair(number + to, now)) {
            return Fault.refused(131056);
        }
        if (rules.portfolio() != null && !windowOpen && !person(to, now, rules.portfolio())) {
            return Fault.refused(rules.portfolio().code());
        }
        return null;
    }

    /** What people send counts too, and is never refused. */
    synchronized void received(String number) {
        if (rules.throughput() != null) {
            token(number, clock.millis());
        }
    }

    /** 131057 for a while, then more messages a second. @return how long it takes */
    synchronized Duration upgrade() {
        Rules.Throughput throughput =
                rules.throughput() == null ? new Rules.Throughput(null, null, null, null) : rules.throughput();
        maintenanceUntil = clock.millis() + throughput.maintenance().toMillis();
        perSecond = throughput.upgraded();
        return throughput.maintenance();
    }

    synchronized boolean inMaintenance() {
        return clock.millis() < maintenanceUntil;
    }

    /** As Meta calls it. Without a rule it is said to be that of a new number. */
    synchronized String level() {
        return perSecond > 80 && !inMaintenance() ? "HIGH" : "STANDARD";
    }

    synchronized String tier() {
        if (rules.portfolio() == null) {
            return "TIER_UNLIMITED";
        }
        int people = rules.portfolio().people();
        return people <= 250 ? "TIER_250" : people <= 2_000 ? "TIER_2K" : people <= 10_000 ? "TIER_10K" : "TIER_100K";
    }

    private boolean token(String id, long now) {
        Number number = numbers.computeIfAbsent(id, key -> {
            Number full = new Number();
            full.tokens = perSecond;
            full.refilled = now;
            return full;
        });
        number.tokens = Math.min(perSecond, number.tokens + (now - number.refilled) * perSecond / 1000.0);
        number.refilled = now;
        if (number.tokens < 1) {
            return false;
        }
        number.tokens--;
        return true;
    }

    /** A burst borrows; once its 6 s are over nothing goes until 6 s for each of its messages have passed. */
    private boolean pair(String to, long now) {
        if (pairs.size() >= MOST_PAIRS) {
            pairs.values().removeIf(pair -> pair.repaid <= now);
        }
        Pair pair = pairs.computeIfAbsent(to, key -> new Pair());
        if (now >= pair.repaid) {
            pair.burstBegan = now;
            pair.burst = 0;
            pair.repaid = now;
        } else if (now >= pair.burstBegan + PAIR_MILLIS || pair.burst >= PAIR_BURST) {
            return false;
        }
        pair.burst++;
        pair.repaid += PAIR_MILLIS;
        return true;
    }

    private boolean person(String to, long now, Rules.Portfolio portfolio) {
        for (Iterator<Long> since = people.values().iterator(); since.hasNext() && since.next() + DAY_MILLIS <= now; ) {
            since.remove();
        }
        if (people.containsKey(to)) {
            return true;
        }
        if (people.size() >= portfolio.people()) {
            return false;
        }
        people.put(to, now);
        return true;
    }
}
