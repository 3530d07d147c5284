package org.tocsin.intake.mail;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.HubIdentity;

/**
 * Of several hubs one reads a mailbox, in the order in which mails came: table {@code mailbox_lease}. One that dies is
 * followed by another after {@link #LEASE}. Should two read all the same (one stood still for longer), each mail counts
 * once.
 */
@Component
public class MailboxLeases {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxLeases.class);
    /** As long as the leases of deliveries. */
    static final Duration LEASE = Duration.ofSeconds(20);

    private final JdbcTemplate jdbc;
    private final String hub;

    @Autowired
    MailboxLeases(JdbcTemplate jdbc, HubIdentity identity) {
        this(jdbc, identity.hub());
    }

    MailboxLeases(JdbcTemplate jdbc, String hub) {
        this.jdbc = jdbc;
        this.hub = hub;
    }

    /** For {@link #LEASE} from now, also if this hub has it already. @return false when another hub has it */
    public boolean claim(String mailbox) {
        return jdbc.update("""
                        insert into mailbox_lease as l (mailbox, owner, until)
                        values (?, ?, clock_timestamp() + make_interval(secs => ?))
                        on conflict (mailbox) do update set owner = excluded.owner, until = excluded.until
                        where l.owner = excluded.owner or l.until < clock_timestamp()""", mailbox, hub, LEASE.toSeconds()) > 0;
    }

    /** Another hub may read it at once; without the database, when the lease has run out. */
    public void release(String mailbox) {
        try {
            jdbc.update("delete from mailbox_lease where mailbox = ? and owner = ?", mailbox, hub);
        } catch (DataAccessException e) {
            LOG.debug("the lease runs out by itself", e);
        }
    }
}
