package org.tocsin.delivery;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many rows in one statement: each column is one array parameter, for {@code unnest(?, ?, …)} in the order of the
 * columns. One round trip and one plan, whatever the number of rows.
 */
final class Rows {
    private final String[] types;
    private final List<List<@Nullable Object>> columns;

    Rows(String... types) {
        this.types = types;
        this.columns = new ArrayList<>(types.length);
        for (int i = 0; i < types.length; i++) {
            columns.add(new ArrayList<>());
        }
    }

    void add(@Nullable Object... values) {
        for (int i = 0; i < types.length; i++) {
            Object value = values[i];
            columns.get(i).add(value instanceof Instant instant ? instant.toString() : value);
        }
    }

    boolean isEmpty() {
        return columns.get(0).isEmpty();
    }

    /** @return the number of rows changed; 0 without a call when there are none */
    int execute(Connection connection, String sql) throws SQLException {
        if (isEmpty()) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < types.length; i++) {
                Object[] values = types[i].equals("bytea")
                        ? columns.get(i).toArray(new byte[0][])
                        : columns.get(i).toArray();
                Array array = connection.createArrayOf(types[i], values);
                statement.setArray(i + 1, array);
            }
            return statement.executeUpdate();
        }
    }
}
