package org.tocsin.intake;

/** What the ledger holds of an alert already. */
record KnownAlert(long id, Identity identity, String contentHash, AlertState state) {

    /** Whether taking it back, or replacing it, still stops anything. */
    boolean open() {
        return switch (state) {
            case HELD, PENDING_APPROVAL, PLANNING, SENDING -> true;
            case RECORDED, DONE, REJECTED, CANCELLED, SUPERSEDED, EXPIRED -> false;
        };
    }

    /** Whether nobody can have been told: there is nothing to close but the alert itself. */
    boolean waiting() {
        return state == AlertState.HELD || state == AlertState.PENDING_APPROVAL;
    }
}
