package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;

/**
 * The rate of one sender: a row that gives out instants, one a message, evenly spaced. Whoever books them writes each
 * message at its instant, so that no second sees more than the rate, over all hubs of the database and without a leader.
 *
 * <p>After the provider said "too fast" the rate is halved, at most once a second; it comes back by a twentieth of what
 * is configured each second.
 */
final class Budget {
    /**
     * What is given out of the configured rate. The rest is for messages that are written a little after their instant:
     * {@link Turns#LATE} and as much again on the way still keep any second at 101 %.
     */
    private static final double GIVEN_OUT = 0.98;

    private static final double CUT = 0.5;
    private static final double LOWEST = 0.02;
    private static final double BACK_EACH_SECOND = 0.05;

    /** A row of another configuration starts anew at the new rate. */
    private static final String RATE_NOW = """
            case when b.per_second <> excluded.per_second then excluded.per_second
            else least(b.per_second, b.rate + b.per_second * %s
                * extract(epoch from clock_timestamp() - b.rate_at)) end""".formatted(BACK_EACH_SECOND);

    /**
     * The expressions of a conflict are evaluated when the row is locked: after the other hub's commit. The pace is the
     * hub's own, and not kept: what the provider forced stays as it is while the pace grows.
     */
    private static final String BOOK = """
            insert into sender_rate as b (sender, per_second, rate, rate_at, booked_until)
            values (?, ?, ?, clock_timestamp(), clock_timestamp() + ? * interval '1 second')
            on conflict (sender) do update set per_second = excluded.per_second, rate = %s, rate_at = clock_timestamp(),
                booked_until = greatest(b.booked_until, clock_timestamp())
                    + ? / (least(%s, ?) * %s) * interval '1 second'
            returning extract(epoch from booked_until - clock_timestamp()), rate""".formatted(RATE_NOW, RATE_NOW, GIVEN_OUT);

    private Budget() {}

    /** Books the next instants of a limited sender. The row stays locked until the transaction ends: book last. */
    static Turns book(Connection connection, SenderLimits limits, int messages) throws SQLException {
        // What is limited by its pace alone has a rate without end.
        double perSecond = limits.perSecond() > 0 ? limits.perSecond() : Double.POSITIVE_INFINITY;
        double pace = limits.pace() > 0 ? limits.pace() : Double.POSITIVE_INFINITY;
        try (PreparedStatement statement = connection.prepareStatement(BOOK)) {
            statement.setString(1, limits.sender());
            statement.setDouble(2, perSecond);
            statement.setDouble(3, perSecond);
            statement.setDouble(4, messages / (limits.rate() * GIVEN_OUT));
            statement.setDouble(5, messages);
            statement.setDouble(6, pace);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                // Our own clock from here on: only differences count, whatever the two clocks say.
                long now = System.nanoTime();
                double gap = 1 / (Math.min(row.getDouble(2), pace) * GIVEN_OUT);
                double first = row.getDouble(1) - messages * gap;
                return new Turns(now + (long) (first * 1e9), (long) (gap * 1e9), messages);
            }
        }
    }

    /** The provider said that these senders are too fast. */
    static void cut(Connection connection, Collection<String> senders) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                update sender_rate set cut_at = clock_timestamp(), rate_at = clock_timestamp(),
                    rate = greatest(per_second * ?, ? * least(per_second, rate + per_second * ?
                        * extract(epoch from clock_timestamp() - rate_at)))
                where sender = any (?)
                    and (cut_at is null or cut_at < clock_timestamp() - interval '1 second')""")) {
            statement.setDouble(1, LOWEST);
            statement.setDouble(2, CUT);
            statement.setDouble(3, BACK_EACH_SECOND);
            statement.setArray(4, connection.createArrayOf("text", senders.toArray(String[]::new)));
            statement.executeUpdate();
        }
    }
}
