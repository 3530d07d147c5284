package org.tocsin.routing;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.Claims;
import org.tocsin.delivery.DeliveryAssembly;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.OutcomeWriter;
import org.tocsin.delivery.Wakeups;

/** What the {@code deliveries:} consumers of all channels share. */
@Component
class DeliveryDesk {
    final Claims claims;
    final OutcomeWriter outcomes;
    final DeliveryAssembly assembly;
    final Wakeups wakeups;
    private final Map<String, DeliveryChannel> channels;

    DeliveryDesk(
            Claims claims,
            OutcomeWriter outcomes,
            DeliveryAssembly assembly,
            Wakeups wakeups,
            List<DeliveryChannel> channels) {
        this.claims = claims;
        this.outcomes = outcomes;
        this.assembly = assembly;
        this.wakeups = wakeups;
        this.channels = channels.stream().collect(Collectors.toMap(DeliveryChannel::name, Function.identity()));
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
