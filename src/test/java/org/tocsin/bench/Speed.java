package org.tocsin.bench;

import java.util.List;

/**
 * Of one fan-out.
 *
 * @param perSecond messages, from the answer to the trigger to the last that the provider accepted
 * @param hubMicros CPU of the process under test, µs a message
 * @param databaseMicros CPU of PostgreSQL, µs a message; 0 for what has none
 */
record Speed(double perSecond, double hubMicros, double databaseMicros, double simulatorMicros) {

    double micros() {
        return hubMicros + databaseMicros;
    }

    /** The hub beside the plain Camel route, in the first run and in the last. */
    static void compare(Part part, List<Speed> hub, List<Speed> plain) {
        Speed coldHub = hub.get(0);
        Speed coldPlain = plain.get(0);
        Speed warmHub = hub.get(hub.size() - 1);
        Speed warmPlain = plain.get(plain.size() - 1);
        part.put("cold: messages/s, hub", coldHub.perSecond);
        part.put("cold: messages/s, plain route", coldPlain.perSecond);
        part.put("cold: hub's rate, times the plain route's", coldHub.perSecond / coldPlain.perSecond);
        part.put("warm: messages/s, hub", warmHub.perSecond);
        part.put("warm: messages/s, plain route", warmPlain.perSecond);
        part.putAtLeast("warm: hub's rate, times the plain route's", warmHub.perSecond / warmPlain.perSecond, 4);
        part.put("warm: CPU µs a message, hub and PostgreSQL", warmHub.micros());
        part.put("warm: CPU µs a message, plain route with all that it needs", warmPlain.micros());
        part.putAtMost(
                "warm: hub's CPU a message, share of the plain route's", warmHub.micros() / warmPlain.micros(), 0.25);
    }
}
