package org.tocsin.routing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.Claims;
import org.tocsin.delivery.DeliveryAssembly;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.Leases;
import org.tocsin.delivery.LedgerClock;
import org.tocsin.delivery.OutcomeWriter;
import org.tocsin.delivery.ProviderCircuits;
import org.tocsin.delivery.SenderRates;
import org.tocsin.delivery.Wakeups;

/** What the {@code deliveries:} consumers of all channels share. */
@Component
class DeliveryDesk {
    final Claims claims;
    final Leases leases;
    final SenderRates rates;
    final OutcomeWriter outcomes;
    final DeliveryAssembly assembly;
    final Wakeups wakeups;
    final WrittenCalls written;
    final ProviderCircuits circuits;
    final Clock clock;
    private final Map<String, DeliveryChannel> channels;
    private final MeterRegistry metrics;
    private final double urgentShare;
    private final Vertx clients;
    private final Map<String, Map<Class<?>, Counter>> counters = new ConcurrentHashMap<>();

    DeliveryDesk(
            Claims claims,
            Leases leases,
            SenderRates rates,
            OutcomeWriter outcomes,
            DeliveryAssembly assembly,
            Wakeups wakeups,
            ProviderCircuits circuits,
            LedgerClock clock,
            List<DeliveryChannel> channels,
            MeterRegistry metrics,
            Vertx clients,
            WrittenCalls written,
            @Value("${tocsin.delivery.urgent-share:0.1}") double urgentShare) {
        if (!(urgentShare > 0 && urgentShare < 1)) {
            throw new IllegalArgumentException("tocsin.delivery.urgent-share is a share: more than 0, less than 1");
        }
        this.urgentShare = urgentShare;
        this.clients = clients;
        this.written = written;
        this.claims = claims;
        this.clock = clock.running();
        this.leases = leases;
        this.rates = rates;
        this.outcomes = outcomes;
        this.assembly = assembly;
        this.wakeups = wakeups;
        this.circuits = circuits;
        this.metrics = metrics;
        this.channels = channels.stream().collect(Collectors.toMap(DeliveryChannel::name, Function.identity()));
        // From zero: of a series that begins at 10,000 nobody can see the increase.
        for (String channel : this.channels.keySet()) {
            for (Class<?> outcome : DeliveryOutcome.class.getPermittedSubclasses()) {
                counter(channel, outcome);
            }
        }
    }

    /** Of the clients that asynchronous channels write with. */
    EventLoops eventLoops() {
        return new EventLoops(clients.nettyEventLoopGroup());
    }

    /** How many of so many slots, or calls, only what is urgent may take: one at least, but not the only one. */
    int reserved(int all) {
        return Math.min(all - 1, (int) Math.ceil(all * urgentShare));
    }

    /** {@code tocsin_deliveries_total} by channel and outcome; no label of it comes from outside. */
    void count(String channel, DeliveryOutcome outcome) {
        counter(channel, outcome.getClass()).increment();
    }

    private Counter counter(String channel, Class<?> outcome) {
        return counters.computeIfAbsent(channel, key -> new ConcurrentHashMap<>())
                .computeIfAbsent(outcome, type -> Counter.builder("tocsin.deliveries")
                        .description("Messages by what the provider answered; accepted is not delivered")
                        .tag("channel", channel)
                        .tag("outcome", type.getSimpleName())
                        .register(metrics));
    }

    DeliveryChannel channel(String name) {
        DeliveryChannel channel = channels.get(name);
        if (channel == null) {
            throw new IllegalArgumentException("deliveries:" + name + ": there is no such channel; known are "
                    + channels.keySet() + " (a channel is a class that implements DeliveryChannel)");
        }
        return channel;
    }
}
