package org.tocsin.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;

/**
 * The circuits of all senders that this hub uses. Gauge {@code tocsin_provider_circuit} by channel, sender (its place in
 * the configuration, from 1 on) and state: 1 for the state that holds for this hub, 0 for the two others.
 */
@Component
public class ProviderCircuits {
    private record Key(String channel, String sender) {}

    private final Map<Key, ProviderCircuit> circuits = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<ProviderCircuit> used = new CopyOnWriteArrayList<>();
    private final ProviderHealthSettings settings;
    private final MeterRegistry metrics;
    private volatile Set<String> off = Set.of();

    ProviderCircuits(ProviderHealthSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.metrics = metrics;
    }

    /** For the one that sends as this sender: from now on the circuit counts. */
    public ProviderCircuit of(String channel, String sender) {
        ProviderCircuit circuit = known(channel, sender);
        if (used.addIfAbsent(circuit)) {
            measure(circuit);
        }
        return circuit;
    }

    /** Also of a sender that was used before: its row is not forgotten, and says nothing of the channel. */
    ProviderCircuit known(String channel, String sender) {
        return circuits.computeIfAbsent(new Key(channel, sender), key -> {
            ProviderCircuit circuit = new ProviderCircuit(channel, sender, settings);
            circuit.turnOff(off.contains(channel));
            return circuit;
        });
    }

    /** @param channels all that an operator has turned off; the others are on */
    void turnedOff(Set<String> channels) {
        off = Set.copyOf(channels);
        circuits.values().forEach(circuit -> circuit.turnOff(off.contains(circuit.channel())));
    }

    /** Those that this hub uses. */
    List<String> channels() {
        return used.stream().map(ProviderCircuit::channel).distinct().sorted().toList();
    }

    private void measure(ProviderCircuit circuit) {
        long place =
                used.stream().filter(c -> c.channel().equals(circuit.channel())).count();
        for (ProviderCircuit.State state : ProviderCircuit.State.values()) {
            Gauge.builder("tocsin.provider.circuit", () -> circuit.effective() == state ? 1 : 0)
                    .description("1 for the state that the channel's provider is in; CLOSED is sound")
                    .tag("channel", circuit.channel())
                    .tag("sender", Long.toString(place))
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(metrics);
        }
    }

    List<ProviderCircuit> used() {
        return used;
    }

    /** Whether nothing of this channel is to be relied upon now: no sender of it is sound, or it is turned off. */
    boolean isBroken(String channel) {
        boolean broken = false;
        for (ProviderCircuit circuit : used) {
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
