package org.tocsin.routing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Of a consumer: its poll was not committed, and comes again at once. */
    private final ThreadLocal<Boolean> again = ThreadLocal.withInitial(() -> false);

    /** Before the body is anything else. Waits a moment where the poll before failed. */
    public void keep(Exchange exchange) {
        if (again.get()) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
        again.set(true);
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
        again.set(false);
    }
}
