package org.tocsin.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The circuits of all senders that this hub uses. Gauge {@code tocsin_provider_circuit} by channel and state: 1 for the
 * state that holds for this hub, 0 for the two others.
 */
@Component
public class ProviderCircuits {
    private record Key(String channel, String sender) {}

    private final Map<Key, ProviderCircuit> circuits = new ConcurrentHashMap<>();
    private final ProviderHealthSettings settings;
    private final MeterRegistry metrics;

    ProviderCircuits(ProviderHealthSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.metrics = metrics;
    }

    public ProviderCircuit of(String channel, String sender) {
        return circuits.computeIfAbsent(new Key(channel, sender), key -> make(channel, sender));
    }

    private ProviderCircuit make(String channel, String sender) {
        ProviderCircuit circuit = new ProviderCircuit(channel, sender, settings);
        for (ProviderCircuit.State state : ProviderCircuit.State.values()) {
            Gauge.builder("tocsin.provider.circuit", () -> circuit.effective() == state ? 1 : 0)
                    .description("1 for the state that the channel's provider is in; CLOSED is sound")
                    .tag("channel", channel)
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(metrics);
        }
        return circuit;
    }

    Collection<ProviderCircuit> all() {
        return circuits.values();
    }

    /** Whether nothing of this channel is to be relied upon now: no sender of it is sound. */
    boolean isBroken(String channel) {
        boolean broken = false;
        for (ProviderCircuit circuit : circuits.values()) {
            if (circuit.channel().equals(channel)) {
                if (!circuit.isBroken()) {
                    return false;
                }
                broken = true;
            }
        }
        return broken;
    }
}
