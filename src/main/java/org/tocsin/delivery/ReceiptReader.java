package org.tocsin.delivery;

import java.util.List;

/** Reads what one provider sent us: pure, and never failing on what it does not know. One per source. */
public interface ReceiptReader {

    /** The source under which the raw bodies are kept: {@code whatsapp}, {@code sms}. */
    String source();

    Events read(byte[] body);

    /** The forms in which an id that a receipt names may have been stored, the likeliest first. */
    default List<String> providerIds(String id) {
        return List.of(id);
    }

    /** Whether a failure that is about the address itself takes that address out of use. */
    default boolean marksAddresses() {
        return false;
    }

    /**
     * @param accountCodes what the provider says of the sender as a whole
     * @param unreadable parts that were skipped
     */
    record Events(List<Receipt> receipts, List<InboundMessage> messages, List<String> accountCodes, int unreadable) {}
}
