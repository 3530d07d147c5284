package org.tocsin.testing;

import java.time.Duration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A database whose clock can be made to jump, for itself and whoever reads it: its functions of time give way to some
 * of the same names that add an offset. To be installed before anything else is in the database.
 */
public final class JumpingClock {
    private final JdbcTemplate jdbc;

    /** @param database its name; connections made from now on see the clock that jumps */
    public JumpingClock(JdbcTemplate jdbc, String database) {
        this.jdbc = jdbc;
        jdbc.execute("""
                create schema clock;
                create table clock.ahead (by interval not null);
                insert into clock.ahead values ('0');
                create function clock.clock_timestamp() returns timestamptz language sql volatile
                    return pg_catalog.clock_timestamp() + (select by from clock.ahead);
                create function clock.statement_timestamp() returns timestamptz language sql stable
                    return pg_catalog.statement_timestamp() + (select by from clock.ahead);
                create function clock.now() returns timestamptz language sql stable
                    return pg_catalog.now() + (select by from clock.ahead);
                """);
        jdbc.execute("alter database " + database + " set search_path = public, clock, pg_catalog");
    }

    public void jump(Duration by) {
        jdbc.update("update clock.ahead set by = by + make_interval(secs => ?)", by.toMillis() / 1e3);
    }
}
