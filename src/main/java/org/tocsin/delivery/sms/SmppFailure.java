package org.tocsin.delivery.sms;

import java.io.IOException;
import org.jsmpp.InvalidResponseException;
import org.jsmpp.PDUException;
import org.jsmpp.extra.NegativeResponseException;
import org.jsmpp.extra.ResponseTimeoutException;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.ChannelDown;
import org.tocsin.delivery.DeliveryOutcome.Misconfigured;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.DeliveryOutcome.Throttled;
import org.tocsin.delivery.DeliveryOutcome.Unconfirmed;
import org.tocsin.delivery.DeliveryOutcome.Unreachable;
import org.tocsin.delivery.ErrorTable;
import org.tocsin.delivery.TransportFailure;

/**
 * What an exception out of camel-smpp 4.17 means. Its producer wraps everything that a command throws in
 * {@code SmppException}; what comes without it happened before, while connecting and binding, and then nothing was
 * submitted.
 */
final class SmppFailure {
    static final ErrorTable STATUS = ErrorTable.load("/smpp-status.csv");
    private static final String COMMAND_FAILED = "org.apache.camel.component.smpp.SmppException";
    private static final int DEEPEST_CAUSE = 16;

    private SmppFailure() {}

    static DeliveryOutcome outcome(Throwable failure) {
        boolean submitting = false;
        boolean connecting = false;
        int depth = 0;
        for (Throwable t = failure; t != null && depth < DEEPEST_CAUSE; t = t.getCause(), depth++) {
            submitting |= t.getClass().getName().equals(COMMAND_FAILED);
            boolean binding = connecting && !submitting;
            DeliveryOutcome outcome = outcome(t, binding);
            if (outcome != null) {
                return outcome;
            }
            connecting |= t instanceof IOException;
        }
        return TransportFailure.outcome(failure);
    }

    private static @Nullable DeliveryOutcome outcome(Throwable t, boolean binding) {
        if (t instanceof NegativeResponseException negative) {
            return status(negative.getCommandStatus(), binding);
        }
        if (t instanceof PDUException) {
            // The text of a field is checked before the PDU is written.
            return binding ? new ChannelDown("bind-invalid") : new Misconfigured("invalid-pdu");
        }
        if (t instanceof ResponseTimeoutException) {
            return binding ? new Unreachable("bind-timeout") : new Unconfirmed("response-timeout");
        }
        if (t instanceof InvalidResponseException) {
            return binding ? new Unreachable("bind-failed") : new Unconfirmed("invalid-response");
        }
        // jSMPP and camel-smpp have no class of their own for "there is no session".
        return t instanceof IOException
                        && (says(t, "Lost connection to ") || says(t, "Cannot submit_sm while session "))
                ? new Unreachable("not-bound")
                : null;
    }

    private static boolean says(Throwable t, String beginning) {
        return t.getMessage() != null && t.getMessage().startsWith(beginning);
    }

    private static DeliveryOutcome status(int commandStatus, boolean binding) {
        String code = String.format("0x%08X", commandStatus);
        ErrorTable.Row row = STATUS.find(Integer.toUnsignedLong(commandStatus));
        if (binding) {
            DeliveryOutcome outcome = row == null ? null : row.outcome(code);
            // A refused bind is never about one person or one message.
            return outcome instanceof ChannelDown || outcome instanceof Throttled ? outcome : new Unreachable(code);
        }
        return row == null ? new Rejected(code, false) : row.outcome(code);
    }
}
