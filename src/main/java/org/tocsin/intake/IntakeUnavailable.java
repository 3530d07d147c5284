package org.tocsin.intake;

/**
 * The hub cannot commit now: nothing was acknowledged, nothing parked, and the same may be handed in again without
 * harm. Carries no cause, because a database's message may quote a row.
 */
public final class IntakeUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public IntakeUnavailable(String sentence) {
        super(sentence);
    }
}
