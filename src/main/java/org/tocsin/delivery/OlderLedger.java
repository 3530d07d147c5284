package org.tocsin.delivery;

import org.springframework.dao.TransientDataAccessException;

/** The database does not hold what this hub has seen of it: {@link LedgerWatch} decides what that means. */
final class OlderLedger extends TransientDataAccessException {
    private static final long serialVersionUID = 1L;

    OlderLedger() {
        super("the database is older than what this hub has seen of it");
    }
}
