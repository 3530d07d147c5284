package org.tocsin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.tocsin.testing.Cap;

/** How much of a rate that the provider allows is used, and whether it is kept in each second, as the provider saw it. */
final class RateTrial {
    /** What a number is allowed after Meta's upgrade. */
    static final int PER_SECOND = 1_000;
    /** Such as Meta's. */
    static final int LATENCY_MILLIS = 200;

    private final int people;
    private final HubProcess hub;
    private final SimulatorProcess simulator;

    /** @param simulator keeps a journal of everybody */
    RateTrial(int people, HubProcess hub, SimulatorProcess simulator) {
        this.people = people;
        this.hub = hub;
        this.simulator = simulator;
    }

    void run(Part part, String prefix) throws Exception {
        simulator.clear();
        simulator.collect();
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
        long settled =
                Arrays.stream(millis).filter(at -> at >= millis[0] + 1_000).count();
        part.put(prefix + "messages", millis.length == people ? people : "NO: " + millis.length);
        part.put(prefix + "from the first call to the last, s", seconds);
        part.put(prefix + "messages/s", (people - 1) / seconds);
        part.put(prefix + "share of the " + PER_SECOND + "/s used", (people - 1) / seconds / PER_SECOND);
        double used = settled / (seconds - 1) / PER_SECOND;
        part.putAtLeast(prefix + "share used after the first second", used, 0.97);
        part.put(prefix + "most calls in a second of the clock", mostInAClockSecond(millis));
        Second fullest = fullest(millis);
        part.putAtMost(prefix + "most calls in any 1,000 ms", fullest.calls(), PER_SECOND * 1.01);
        part.put(prefix + "these begin, s after the first call", (fullest.begins() - millis[0]) / 1e3);
        part.put(prefix + "seconds that had more than " + PER_SECOND, secondsAbove(millis));
    }

    /** @param millis ascending */
    static long mostInAClockSecond(long[] millis) {
        return secondsOfTheClock(millis).values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    private static String secondsAbove(long[] millis) {
        var seconds = secondsOfTheClock(millis).values();
        return seconds.stream().filter(calls -> calls > PER_SECOND).count() + " of " + seconds.size();
    }

    private static Map<Long, Long> secondsOfTheClock(long[] millis) {
        return Arrays.stream(millis).boxed().collect(Collectors.groupingBy(at -> at / 1_000, Collectors.counting()));
    }

    /** @param millis ascending */
    static int mostInASecond(long[] millis) {
        return fullest(millis).calls();
    }

    /** The 1,000 ms with the most calls. */
    private record Second(long begins, int calls) {}

    private static Second fullest(long[] millis) {
        Second most = new Second(0, 0);
        int from = 0;
        for (int to = 0; to < millis.length; to++) {
            while (millis[to] - millis[from] >= 1_000) {
                from++;
            }
            if (to - from + 1 > most.calls()) {
                most = new Second(millis[from], to - from + 1);
            }
        }
        return most;
    }
}
