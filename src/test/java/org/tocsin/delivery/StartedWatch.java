package org.tocsin.delivery;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The watch of a hub that has just started; it looks again when a test says so. */
final class StartedWatch {
    private StartedWatch() {}

    static LedgerWatch of(JdbcTemplate jdbc, TransactionTemplate transaction, Path dataDir) {
        LedgerWatch watch = new LedgerWatch(
                jdbc,
                transaction,
                new LedgerHold(jdbc, transaction),
                new WatchSettings(""),
                new SimpleMeterRegistry(),
                dataDir);
        watch.afterPropertiesSet();
        return watch;
    }
}
