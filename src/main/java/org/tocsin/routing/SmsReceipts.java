package org.tocsin.routing;

import java.time.Instant;
import java.util.HashMap;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.Inbox;
import org.tocsin.delivery.sms.SmppEvents;
import org.tocsin.delivery.sms.SmppReceipts;
import org.tocsin.delivery.sms.SmsReceiptReader;

/**
 * Keeps what the SMSC sends. Named in {@code routes/receive-sms.camel.yaml}. When it throws, the SMSC is told so and
 * sends the same again later.
 */
@Component("smsReceipts")
public class SmsReceipts {
    private final Inbox inbox;

    SmsReceipts(Inbox inbox) {
        this.inbox = inbox;
    }

    public void receive(Exchange exchange) {
        SmppEvents events = SmppReceipts.parse(
                new HashMap<>(exchange.getMessage().getHeaders()),
                exchange.getMessage().getBody(),
                Instant.now());
        inbox.store("sms", SmsReceiptReader.write(events), events.receipts().isEmpty());
    }
}
