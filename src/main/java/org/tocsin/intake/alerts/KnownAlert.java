package org.tocsin.intake.alerts;

import org.tocsin.alert.MsgType;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Status;
import org.tocsin.intake.AlertState;

/** What the ledger holds of an alert already. */
public record KnownAlert(
        long id,
        Identity identity,
        String contentHash,
        AlertState state,
        MsgType msgType,
        Severity severity,
        Status status) {

    /** Whether taking it back, or replacing it, still stops anything. */
    public boolean open() {
        return switch (state) {
            case HELD, PENDING_APPROVAL, PLANNING, SENDING -> true;
            case RECORDED, DONE, REJECTED, CANCELLED, SUPERSEDED, EXPIRED -> false;
        };
    }

    /** Whether people may have been told, and nothing has taken its place or taken it back yet. */
    public boolean stands() {
        return msgType != MsgType.Cancel
                && switch (state) {
                    case PLANNING, SENDING, DONE, EXPIRED -> true;
                    case RECORDED, HELD, PENDING_APPROVAL, REJECTED, CANCELLED, SUPERSEDED -> false;
                };
    }

    /** Whether people may have been told, whatever became of it since. */
    public boolean mayHaveReached() {
        return stands() || msgType != MsgType.Cancel && state == AlertState.SUPERSEDED;
    }

    /** Whether nobody can have been told: there is nothing to close but the alert itself. */
    public boolean waiting() {
        return state == AlertState.HELD || state == AlertState.PENDING_APPROVAL;
    }
}
