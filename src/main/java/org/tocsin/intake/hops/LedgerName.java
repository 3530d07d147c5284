package org.tocsin.intake.hops;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Who this ledger is to other hubs: the {@code source} of the events that it publishes, made with the database. All hubs on
 * one database are one to others.
 */
public final class LedgerName {
    /** As many hubs as one trigger may go through. */
    private static final int MOST_HOPS = 5;

    private final JdbcTemplate jdbc;
    private volatile @Nullable String name;

    public LedgerName(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    private String name() {
        String known = name;
        if (known == null) {
            known = jdbc.queryForObject("select name::text from ledger_name", String.class);
            name = known;
        }
        return known;
    }

    /** Of this ledger's events: a URN. */
    public String source() {
        return "urn:uuid:" + name();
    }

    /** @param before what the alert came by, or null */
    public String via(@Nullable String before) {
        return before == null ? name() : before + " " + name();
    }

    /** Whether what came is an event of ours that came back, at once or through other hubs, or goes round without end. */
    boolean knows(@Nullable String source, @Nullable String via) {
        List<String> hops =
                via == null ? List.of() : Arrays.stream(via.split(" ")).toList();
        return Stream.concat(Stream.ofNullable(source), hops.stream())
                        .anyMatch(word -> word.equals(source()) || word.equals(name()))
                || hops.size() > MOST_HOPS;
    }
}
