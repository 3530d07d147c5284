package org.tocsin.reply;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.AfterCommit;
import org.tocsin.delivery.Receipt;
import org.tocsin.delivery.ReceiptReader;

/**
 * {@code tocsin_receipts_total} by channel and kind, as providers sent them, repetitions included. A channel that takes
 * messages while this stands still has lost its way back: its webhook, or its transceiver.
 */
@Component
class ReceiptCounters {
    private record Kind(String channel, Receipt.Kind kind) {}

    private final MeterRegistry metrics;
    private final Map<Kind, Counter> counters = new ConcurrentHashMap<>();

    ReceiptCounters(MeterRegistry metrics, List<ReceiptReader> readers) {
        this.metrics = metrics;
        // From zero: of a series that begins at 10,000 nobody can see the increase.
        for (ReceiptReader reader : readers) {
            for (Receipt.Kind kind : Receipt.Kind.values()) {
                counter(new Kind(reader.source(), kind));
            }
        }
    }

    /** Counted when the transaction that applies them has committed. */
    void count(List<Receipt> receipts) {
        Map<Kind, Long> numbers = receipts.stream()
                .collect(Collectors.groupingBy(r -> new Kind(r.channel(), r.kind()), Collectors.counting()));
        if (!numbers.isEmpty()) {
            AfterCommit.run(
                    () -> numbers.forEach((kind, number) -> counter(kind).increment(number)));
        }
    }

    private Counter counter(Kind kind) {
        return counters.computeIfAbsent(kind, k -> Counter.builder("tocsin.receipts")
                .description("Receipts of providers, as they came")
                .tag("channel", k.channel())
                .tag("kind", k.kind().name().toLowerCase(Locale.ROOT))
                .register(metrics));
    }
}
