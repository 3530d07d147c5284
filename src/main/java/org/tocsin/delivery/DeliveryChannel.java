package org.tocsin.delivery;

/**
 * The seam for a channel: pure functions between the ledger and a provider's protocol. A channel is one class of this
 * kind, one route {@code deliver-<name>.camel.yaml} and one block in {@code config/delivery-plan.yaml}; its test
 * extends {@code DeliveryChannelContract}.
 */
public interface DeliveryChannel {

    /** The name used in routes, plans and records: {@code whatsapp}. */
    String name();

    /** @throws DeliveryRefused when no request can be made of it; certain, nothing was sent */
    ProviderRequest toRequest(Delivery delivery);

    /** Never throws: an answer that cannot be read is {@link DeliveryOutcome.Unconfirmed}. */
    DeliveryOutcome toOutcome(ProviderResponse response);

    /** The endpoint failed instead of answering. What is not certainly unsent is {@link DeliveryOutcome.Unconfirmed}. */
    DeliveryOutcome toOutcome(Throwable failure);
}
