package org.tocsin.delivery;

import org.springframework.dao.TransientDataAccessException;

/** The database's clock is not where it can be: nothing is decided by it until what waits was moved with it. */
final class ClockJumped extends TransientDataAccessException {
    private static final long serialVersionUID = 1L;

    ClockJumped() {
        super("the database's clock has jumped");
    }
}
