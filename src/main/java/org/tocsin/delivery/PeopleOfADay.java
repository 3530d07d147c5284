package org.tocsin.delivery;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tocsin.directory.Address;

/**
 * The different people that a portfolio may write to in moving 24 h (WhatsApp Cloud API, messaging limits, 2026-09).
 * Places are given in the order of the claim, the urgent lane first, and before anything is sent; who is counted already
 * takes none. Counted is whoever was claimed, also when the message then failed, and also inside a service window that
 * the provider does not count: rather too many than a refusal.
 */
final class PeopleOfADay {
    /** A person is counted for ten minutes more than a day, and so needs no new row more often than that. */
    private static final String COUNTED = "clock_timestamp() + interval '24 hours 10 minutes'";

    private final Connection connection;
    private final String portfolio;
    private final Portfolio limits;

    PeopleOfADay(Connection connection, String portfolio, Portfolio limits) {
        this.connection = connection;
        this.portfolio = portfolio;
        this.limits = limits;
    }

    /** Somebody who is to be written to. */
    record Wish(Address address, int lane) {
        long person() {
            return PeopleOfADay.person(address);
        }
    }

    static long person(Address address) {
        return ByteBuffer.wrap(address.hash()).getLong();
    }

    /** Locks the portfolio until the end of the transaction. @return the addresses for which there is no place */
    Set<Address> reserve(List<Wish> wishes) throws SQLException {
        int before = lock();
        int people = before - forget();
        Set<Long> counted = counted(wishes.stream().map(Wish::person).distinct().toList());
        Rows fresh = new Rows("text", "int8");
        Set<Address> without = new HashSet<>();
        for (Wish wish : wishes) {
            if (counted.contains(wish.person())) {
                continue;
            }
            if (people < limits.places(wish.lane())) {
                people++;
                counted.add(wish.person());
                fresh.add(portfolio, wish.person());
            } else {
                without.add(wish.address());
            }
        }
        fresh.execute(connection, """
                insert into portfolio_person (portfolio, person, until)
                select portfolio, person, %s from unnest(?, ?) v (portfolio, person)""".formatted(COUNTED));
        if (people != before) {
            write(people);
        }
        return without;
    }

    private int lock() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into portfolio as p (name, people) values (?, 0)
                on conflict (name) do update set people = p.people returning people""")) {
            statement.setString(1, portfolio);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Those whose day is over. */
    private int forget() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "delete from portfolio_person where portfolio = ? and until <= clock_timestamp()")) {
            statement.setString(1, portfolio);
            return statement.executeUpdate();
        }
    }

    /** Those of them who are counted already; their day begins anew. */
    private Set<Long> counted(Collection<Long> people) throws SQLException {
        Set<Long> counted = new HashSet<>();
        Set<Long> older = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select p.person, p.until < clock_timestamp() + interval '24 hours'
                from unnest(?) w (person) join portfolio_person p on p.portfolio = ? and p.person = w.person""")) {
            statement.setArray(1, connection.createArrayOf("int8", people.toArray(Long[]::new)));
            statement.setString(2, portfolio);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    counted.add(row.getLong(1));
                    if (row.getBoolean(2)) {
                        older.add(row.getLong(1));
                    }
                }
            }
        }
        if (!older.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "update portfolio_person set until = " + COUNTED + " where portfolio = ? and person = any (?)")) {
                statement.setString(1, portfolio);
                statement.setArray(2, connection.createArrayOf("int8", older.toArray(Long[]::new)));
                statement.executeUpdate();
            }
        }
        return counted;
    }

    private void write(int people) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("update portfolio set people = ? where name = ?")) {
            statement.setInt(1, people);
            statement.setString(2, portfolio);
            statement.executeUpdate();
        }
    }
}
