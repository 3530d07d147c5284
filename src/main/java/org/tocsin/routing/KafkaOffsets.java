package org.tocsin.routing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;

/**
 * The offsets of a poll, which is a list of exchanges, one a record: kept before anything else happens to them, and
 * committed after all of the records are durable. Of each partition the newest, for a poll has records of several, and
 * {@code BatchManualCommit} of Camel (4.17) commits the last record's partition alone.
 */
public final class KafkaOffsets {
    private static final String KEPT = "tocsin.kafka.offsets";

    /** Before the body is anything else. */
    public void keep(Exchange exchange) {
        Map<String, KafkaManualCommit> newest = new LinkedHashMap<>();
        for (Exchange one : RecordList.of(exchange)) {
            KafkaManualCommit commit =
                    one.getMessage().getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class);
            if (commit == null) {
                throw new IllegalStateException("a record without its offset: allowManualCommit=true is missing");
            }
            String partition = one.getMessage().getHeader(KafkaConstants.TOPIC) + " "
                    + one.getMessage().getHeader(KafkaConstants.PARTITION);
            newest.put(partition, commit);
        }
        exchange.setProperty(KEPT, List.copyOf(newest.values()));
    }

    /** After our own commit. What is lost in between comes again, and is known. */
    public void commit(Exchange exchange) {
        for (Object kept : exchange.getProperty(KEPT, List.class)) {
            ((KafkaManualCommit) kept).commit();
        }
    }
}
