package org.tocsin.routing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.Claims.Claim;
import org.tocsin.delivery.Lane;

/** Claims lane by lane, in the order of arrival within each: a later one of a lower lane comes first. Not safe for threads. */
final class WaitingClaims {
    private final List<Deque<Claim>> lanes = IntStream.range(0, Lane.COUNT)
            .<Deque<Claim>>mapToObj(lane -> new ArrayDeque<>())
            .toList();
    private int urgent;
    private int all;

    /** A lane that this version does not know is that of a later one, beside which it runs. */
    void add(Claim claim) {
        lanes.get(Math.min(claim.lane(), Lane.COUNT - 1)).add(claim);
        all++;
        urgent += isUrgent(claim);
    }

    int size(boolean onlyUrgent) {
        return onlyUrgent ? urgent : all;
    }

    /** @return null: there is none */
    @Nullable
    Claim poll(boolean onlyUrgent) {
        for (Deque<Claim> lane : onlyUrgent ? lanes.subList(0, Lane.URGENT + 1) : lanes) {
            Claim claim = lane.poll();
            if (claim != null) {
                all--;
                urgent -= isUrgent(claim);
                return claim;
            }
        }
        return null;
    }

    /** All of them, the most urgent first. */
    List<Claim> drain() {
        List<Claim> drained = new ArrayList<>(all);
        for (Claim claim = poll(false); claim != null; claim = poll(false)) {
            drained.add(claim);
        }
        return drained;
    }

    private static int isUrgent(Claim claim) {
        return claim.lane() <= Lane.URGENT ? 1 : 0;
    }
}
