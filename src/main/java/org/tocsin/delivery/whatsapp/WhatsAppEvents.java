package org.tocsin.delivery.whatsapp;

import java.util.List;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.delivery.Receipt;

/**
 * What one webhook body says, in its order.
 *
 * @param accountCodes error codes about the account or the number, not about a message ({@code value.errors}), and
 *     what became of the number ({@code phone_number_quality_update})
 * @param ignored what is known not to concern us: other fields, unknown statuses, system messages, removed reactions
 * @param unreadable what should have been readable and was not; a body that is no JSON counts one
 */
public record WhatsAppEvents(
        List<Receipt> receipts, List<InboundMessage> messages, List<String> accountCodes, int ignored, int unreadable) {

    /** Counts only: the rest is personal. */
    @Override
    public String toString() {
        return "WhatsAppEvents[receipts=" + receipts.size() + ", messages=" + messages.size() + ", accountCodes="
                + accountCodes + ", ignored=" + ignored + ", unreadable=" + unreadable + "]";
    }
}
