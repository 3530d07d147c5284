package org.tocsin.publish;

import java.util.regex.Pattern;
import org.tocsin.intake.hops.LedgerName;

/** Makes the publisher of each route that begins with {@code alert-events:<name>}. */
public final class Publishers {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");

    private final Outbox outbox;
    private final LedgerName ledger;
    private final AlertCounts counts;
    private final PublicationCounters counters;

    Publishers(Outbox outbox, LedgerName ledger, AlertCounts counts, PublicationCounters counters) {
        this.outbox = outbox;
        this.ledger = ledger;
        this.counts = counts;
        this.counters = counters;
    }

    /** @throws IllegalArgumentException for a name that is none */
    public Publisher of(Publisher.Options options, Publisher.Sender sender) {
        if (!NAME.matcher(options.name()).matches()) {
            throw new IllegalArgumentException(
                    "a subscription's name is lower case letters, digits and hyphens, at most 40");
        }
        counters.begin(options.name());
        return new Publisher(
                options,
                outbox,
                new EventWriter(options.selection(), ledger.source(), ledger::via, counts::of),
                counters,
                sender);
    }
}
