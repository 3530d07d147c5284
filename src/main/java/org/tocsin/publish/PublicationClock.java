package org.tocsin.publish;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.tocsin.delivery.WorkingBean;

/** Now and then: counts of open alerts become events, gauges are read, what nobody serves is forgotten. */
final class PublicationClock extends WorkingBean {
    private static final Duration GAUGES = Duration.ofSeconds(10);
    private static final Duration FORGET = Duration.ofHours(1);
    private static final int MOST = 100_000;

    private final Outbox outbox;
    private final AlertCounts counts;
    private final Duration pause;
    private final MultiGauge lag;
    private final MultiGauge waiting;
    private final MultiGauge aside;
    private long readAt = System.nanoTime() - GAUGES.toNanos();
    private long forgotAt = System.nanoTime();

    PublicationClock(Outbox outbox, AlertCounts counts, Duration every, MeterRegistry metrics) {
        super("publication-clock");
        this.outbox = outbox;
        this.counts = counts;
        this.pause = every.compareTo(Duration.ofSeconds(5)) < 0 ? every : Duration.ofSeconds(5);
        lag = gauge(metrics, "tocsin.publications.lag.seconds", "Age of the oldest event that a tool has not got");
        waiting = gauge(metrics, "tocsin.publications.waiting", "Events that a tool has not got yet");
        aside = gauge(metrics, "tocsin.publications.aside", "Events put aside, until an operator sends them again");
    }

    private static MultiGauge gauge(MeterRegistry metrics, String name, String description) {
        return MultiGauge.builder(name).description(description).register(metrics);
    }

    @Override
    protected void round() throws InterruptedException {
        counts.publish();
        long now = System.nanoTime();
        if (now - readAt >= GAUGES.toNanos()) {
            readAt = now;
            List<Outbox.Standing> standings = outbox.standings(MOST);
            show(lag, standings, Outbox.Standing::lagSeconds);
            show(waiting, standings, Outbox.Standing::waiting);
            show(aside, standings, Outbox.Standing::aside);
        }
        if (now - forgotAt >= FORGET.toNanos()) {
            forgotAt = now;
            outbox.forget();
        }
        Thread.sleep(pause.toMillis());
    }

    private static void show(
            MultiGauge gauge, List<Outbox.Standing> standings, ToDoubleFunction<Outbox.Standing> value) {
        gauge.register(
                standings.stream()
                        .map(standing -> MultiGauge.Row.of(
                                Tags.of("subscription", standing.name()), value.applyAsDouble(standing)))
                        .toList(),
                true);
    }
}
