package org.tocsin.delivery;

/** Thrown before anything was written to a provider; carries the outcome to record. */
public final class DeliveryRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient DeliveryOutcome outcome;

    public DeliveryRefused(DeliveryOutcome outcome) {
        super(outcome.toString(), null, false, false);
        this.outcome = outcome;
    }

    public DeliveryOutcome outcome() {
        return outcome;
    }
}
