package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The rate tokens of one sender: a row that each claim locks, so that all replicas together keep to the rate. */
final class Budget {
    /** Tokens that may have been saved up: what 200 ms allow, so that no second sees more than its rate and a fifth. */
    private static final double SAVED_SECONDS = 0.2;

    private final Connection connection;
    private final String sender;
    private final double perSecond;
    private double tokens;

    Budget(Connection connection, String sender, double perSecond) {
        this.connection = connection;
        this.sender = sender;
        this.perSecond = perSecond;
    }

    /** Locks the row. @return how many may be claimed now, at most {@code wanted} */
    int allow(int wanted) throws SQLException {
        if (perSecond <= 0) {
            return wanted;
        }
        double most = Math.max(1, perSecond * SAVED_SECONDS);
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into budget (sender, tokens, at) values (?, ?, clock_timestamp())
                on conflict (sender) do update set at = clock_timestamp(), tokens =
                    least(?, budget.tokens + ? * greatest(0, extract(epoch from clock_timestamp() - budget.at)))
                returning tokens""")) {
            statement.setString(1, sender);
            statement.setDouble(2, most);
            statement.setDouble(3, most);
            statement.setDouble(4, perSecond);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                tokens = row.getDouble(1);
            }
        }
        return (int) Math.min(wanted, Math.floor(tokens));
    }

    void take(int number) throws SQLException {
        if (perSecond <= 0) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("update budget set tokens = tokens - ? where sender = ?")) {
            statement.setDouble(1, number);
            statement.setString(2, sender);
            statement.executeUpdate();
        }
    }

    @Nullable
    Duration untilNext() {
        return Duration.ofNanos((long) ((1 - tokens) / perSecond * 1e9));
    }
}
