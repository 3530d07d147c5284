package org.tocsin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.tocsin.testing.Cap;

/** How much of a rate that the provider allows is used, and whether it is kept in each second, as the provider saw it. */
final class RateTrial {
    /** What a number is allowed after Meta's upgrade. */
    static final int PER_SECOND = 1_000;
    /** Such as Meta's. */
    static final int LATENCY_MILLIS = 200;

    private RateTrial() {}

    /** @param simulator keeps a journal of everybody */
    static void run(Part part, int people, HubProcess hub, SimulatorProcess simulator) throws Exception {
        Duration patience = Duration.ofSeconds(180 + people / 50);
        hub.postAlert(Cap.alert("Flood", People.GROUP));
        Waiting.until("everybody", patience, Duration.ofMillis(250), () -> simulator.accepted() >= people);
        JsonNode journal = simulator.journal();
        long[] millis = new long[journal.size()];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = Instant.parse(journal.get(i).path("at").asText()).toEpochMilli();
        }
        Arrays.sort(millis);
        double seconds = (millis[millis.length - 1] - millis[0]) / 1000.0;
        part.put("messages", millis.length == people ? people : "NO: " + millis.length);
        part.put("from the first call to the last, s", seconds);
        part.put("messages/s", (people - 1) / seconds);
        part.put("share of the " + PER_SECOND + "/s used", (people - 1) / seconds / PER_SECOND);
        part.putAtMost("most calls in any 1,000 ms", mostInASecond(millis), PER_SECOND);
    }

    /** @param millis ascending */
    static int mostInASecond(long[] millis) {
        int most = 0;
        int from = 0;
        for (int to = 0; to < millis.length; to++) {
            while (millis[to] - millis[from] >= 1_000) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }
}
