package org.tocsin.routing;

import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.delivery.Claims.Claim;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryAssembly;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryRefused;
import org.tocsin.delivery.ProviderCircuit;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;

/**
 * One claimed message through the route of its channel: the message that goes in is the provider's request, the one that
 * comes out is read as the provider's answer, and the outcome goes to the writer. A slot is free when that is written.
 */
final class ProviderCall {
    private static final Logger log = LoggerFactory.getLogger(ProviderCall.class);

    private final DefaultConsumer route;
    private final DeliveryDesk desk;
    private final DeliveryChannel channel;
    private final Slots slots;
    private final BooleanSupplier claiming;
    private final Refusals refusals;

    /** @param claiming whether anything may still be written */
    ProviderCall(
            DefaultConsumer route,
            DeliveryDesk desk,
            DeliveryChannel channel,
            Slots slots,
            BooleanSupplier claiming,
            Refusals refusals) {
        this.route = route;
        this.desk = desk;
        this.channel = channel;
        this.slots = slots;
        this.claiming = claiming;
        this.refusals = refusals;
    }

    /** The lease may have run out while this process was stopped: then others act on it. */
    boolean mayWrite(Claim claim, ProviderCircuit circuit) {
        return claiming.getAsBoolean() && circuit.passes() && desk.leases.mayWrite(claim);
    }

    /** Certainly not written. */
    void giveBack(List<Claim> unsent, ProviderCircuit circuit) {
        circuit.unused(unsent.size());
        desk.outcomes.giveBack(unsent, slots::release);
    }

    /** What nobody is called for: there is no address, or no place for one more person today. */
    void refuse(Claim claim, ProviderCircuit circuit) {
        begin(claim, circuit, () -> {});
    }

    /** @param ended is run when the provider has answered, or is not called at all */
    void begin(Claim claim, ProviderCircuit circuit, Runnable ended) {
        if (!mayWrite(claim, circuit)) {
            giveBack(List.of(claim), circuit);
            ended.run();
            return;
        }
        Delivery delivery;
        ProviderRequest request;
        try {
            delivery = desk.assembly.assemble(claim, channel.name());
            request = channel.toRequest(delivery);
        } catch (DeliveryRefused e) {
            notCalled(claim, circuit, e.outcome(), ended);
            return;
        } catch (RuntimeException e) {
            log.error(
                    "{}: a message cannot be put together: {}",
                    channel.name(),
                    e.getClass().getSimpleName());
            log.debug("the failure in full", e);
            notCalled(claim, circuit, new DeliveryOutcome.Misconfigured("not-rendered"), ended);
            return;
        }
        if (claim.repeat() && !mayRepeat(claim, circuit)) {
            giveBack(List.of(claim), circuit);
            ended.run();
            return;
        }
        Exchange exchange = route.createExchange(true);
        Message message = exchange.getMessage();
        message.setBody(request.body());
        message.setHeaders(request.headers());
        Instant handedAt = desk.clock.instant();
        route.getAsyncProcessor().process(exchange, doneSync -> {
            ended.run();
            answered(claim, circuit, outcome(exchange), delivery, handedAt);
            route.releaseExchange(exchange, false);
        });
    }

    /** Says in the ledger that it is being written now. */
    private boolean mayRepeat(Claim claim, ProviderCircuit circuit) {
        try {
            desk.leases.begin(claim);
        } catch (RuntimeException e) {
            log.warn("{}: a repeat waits for the database", channel.name());
            log.debug("the failure in full", e);
            return false;
        }
        return mayWrite(claim, circuit); // it may have taken long
    }

    private DeliveryOutcome outcome(Exchange exchange) {
        Throwable failure = exchange.getException();
        if (failure != null) {
            log.debug("{}: the provider call failed", channel.name(), failure);
            return channel.toOutcome(failure);
        }
        try {
            Message answer = exchange.getMessage();
            String body = answer.getBody(String.class);
            return channel.toOutcome(new ProviderResponse(body == null ? "" : body, answer.getHeaders()));
        } catch (RuntimeException e) {
            log.error(
                    "{}: an answer cannot be read: {}",
                    channel.name(),
                    e.getClass().getSimpleName());
            log.debug("the failure in full", e);
            return new DeliveryOutcome.Unconfirmed("answer-unreadable");
        }
    }

    private void notCalled(Claim claim, ProviderCircuit circuit, DeliveryOutcome outcome, Runnable ended) {
        ended.run();
        circuit.unused(1);
        record(claim, outcome, null, null);
    }

    private void answered(
            Claim claim, ProviderCircuit circuit, DeliveryOutcome outcome, Delivery delivery, Instant handedAt) {
        circuit.learn(claim.attemptId(), outcome);
        if (circuit.takesBack(outcome) || refusals.anotherMay(claim, outcome)) {
            desk.count(channel.name(), outcome);
            desk.outcomes.giveBack(List.of(claim), slots::release);
        } else {
            record(claim, outcome, delivery, handedAt);
        }
    }

    private void record(Claim claim, DeliveryOutcome outcome, @Nullable Delivery delivery, @Nullable Instant handedAt) {
        refusals.forget(claim);
        desk.count(channel.name(), outcome);
        boolean spare = delivery != null && DeliveryAssembly.hasSpare(delivery);
        desk.outcomes.write(claim, outcome, claim.sender(), delivery, handedAt, spare, slots::release);
    }
}
