package org.tocsin.testing;

import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tocsin.testing.Crowd.Member;
import org.tocsin.testing.Crowd.Source;

/**
 * Sensors, incident tools and scripts that hand their triggers to a hub, and go on trying until each is acknowledged:
 * by PUBACK, by the return of a JMS send, by a 2xx. Then those that are to be cancelled are: see {@link Withdrawals}.
 */
public final class TriggerSources implements AutoCloseable {
    private static final int LANES = 3;
    private static final Duration AGAIN = Duration.ofMillis(300);

    private final Entrance entrance;
    private final Map<Source, List<Lane>> lanes = new ConcurrentHashMap<>();
    private ScheduledThreadPoolExecutor pace = new ScheduledThreadPoolExecutor(1);
    private final Set<Member> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
    /** With what is handed in for each. */
    private final Map<Member, String> given = new ConcurrentHashMap<>();

    private final Map<Member, Instant> expiries = new ConcurrentHashMap<>();
    private final Withdrawals withdrawals;
    private final Map<Source, String> lastFailure = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** Where triggers are handed in. */
    public record Entrance(int jmsPort, int mqttPort, UnaryOperator<String> url) {}

    public TriggerSources(HubProcess hub) {
        this(new Entrance(hub.jmsPort, hub.mqttPort, hub::url));
    }

    public TriggerSources(Entrance entrance) {
        this.entrance = entrance;
        this.withdrawals = new Withdrawals(http, entrance.url(), this::failed);
        for (Source source : Source.values()) {
            List<Lane> own = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                own.add(new Lane(Door.to(entrance, source, http)));
            }
            lanes.put(source, own);
        }
    }

    /**
     * Gives the triggers of a crowd from the first one on, at a steady pace, until everything was given or {@link
     * #pause} says so.
     */
    public void steadily(Crowd crowd, Duration gap) {
        pace = new ScheduledThreadPoolExecutor(1);
        pace.scheduleAtFixedRate(
                () -> {
                    if (given() < crowd.size()) {
                        give(crowd.get(given()));
                    }
                },
                0,
                gap.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Gives no more. What was given goes on being tried. */
    public void pause() throws InterruptedException {
        pace.shutdownNow();
        pace.awaitTermination(10, TimeUnit.SECONDS);
    }

    /** Returns at once. */
    public void give(Member member) {
        Instant expires = member.end() == Crowd.End.EXPIRES
                ? Instant.now().plus(Crowd.SHORT_LIFE).truncatedTo(ChronoUnit.SECONDS)
                : null;
        if (expires != null) {
            expiries.put(member, expires);
        }
        given.put(member, member.payload(expires));
        List<Lane> own = lanes.get(member.source());
        own.get(member.number() / Source.values().length % LANES).hand(member);
    }

    public int given() {
        return given.size();
    }

    /** Those whose trigger, or Cancel, was given and not acknowledged, with the last failure of their source. */
    public List<String> waiting() {
        return Stream.concat(
                        given.keySet().stream()
                                .filter(member -> !acknowledged.contains(member))
                                .map(member -> member + ", last failure " + lastFailure.get(member.source())),
                        withdrawals.waiting().stream().map(member -> "the Cancel of " + member))
                .toList();
    }

    /** Those who must have been told whatever happened: their alert was acknowledged, and did not end early. */
    public Set<Member> lasting() {
        return acknowledged.stream()
                .filter(member -> member.end() == Crowd.End.NONE)
                .collect(Collectors.toSet());
    }

    /** How many alerts there must be, Cancels among them, when nothing {@linkplain #waiting waits}. */
    public int alerts() {
        return given() + withdrawals.acknowledged().size();
    }

    /** When the alerts of those who were given end. */
    public Map<Member, Instant> expiries() {
        return Map.copyOf(expiries);
    }

    public Map<Member, Withdrawals.Withdrawn> withdrawn() {
        return withdrawals.acknowledged();
    }

    public Set<Member> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    /** How often something was not acknowledged, by source and reason: {@code API 503}, {@code JMS failed}. */
    public int failures(String what) {
        AtomicInteger count = failures.get(what);
        return count == null ? 0 : count.get();
    }

    public Map<String, AtomicInteger> failures() {
        return failures;
    }

    private void failed(String source, String why) {
        failures.computeIfAbsent(source + " " + why, k -> new AtomicInteger()).incrementAndGet();
    }

    private final class Lane {
        private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
        private final Door door;

        Lane(Door door) {
            this.door = door;
        }

        void hand(Member member) {
            thread.execute(() -> attempt(member));
        }

        private void attempt(Member member) {
            String why;
            try {
                why = door.hand(member, given.get(member));
            } catch (Exception e) {
                door.close();
                why = "failed";
                lastFailure.put(member.source(), String.valueOf(e));
            }
            if (why == null) {
                if (member.end() == Crowd.End.CANCELLED) {
                    withdrawals.cancel(member);
                }
                acknowledged.add(member);
            } else {
                failed(member.source().name(), why);
                if (!thread.isShutdown()) {
                    thread.schedule(() -> attempt(member), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }

        void stop() {
            thread.shutdownNow();
            door.close();
        }
    }

    @Override
    public void close() {
        pace.shutdownNow();
        lanes.values().forEach(own -> own.forEach(Lane::stop));
        withdrawals.close();
    }
}
