package org.tocsin.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Many rows in one statement: each column is one array parameter, for {@code unnest(?, ?, …)} in the order of the
 * columns. One round trip and one plan, whatever the number of rows.
 */
final class Rows {
    private final String[] types;
    private final List<List<@Nullable Object>> columns;
    private final @Nullable Instant[] lastInstants;
    private final @Nullable String[] lastTexts;

    Rows(String... types) {
        this.types = types;
        this.columns = new ArrayList<>(types.length);
        this.lastInstants = new Instant[types.length];
        this.lastTexts = new String[types.length];
        for (int i = 0; i < types.length; i++) {
            columns.add(new ArrayList<>());
        }
    }

    void add(@Nullable Object... values) {
        for (int i = 0; i < types.length; i++) {
            Object value = values[i];
            columns.get(i).add(value instanceof Instant instant ? text(i, instant) : value);
        }
    }

    /** Most instants of a column are one and the same. */
    private @Nullable String text(int column, Instant instant) {
        if (instant != lastInstants[column]) {
            lastInstants[column] = instant;
            lastTexts[column] = instant.toString();
        }
        return lastTexts[column];
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
            bind(connection, statement);
            return statement.executeUpdate();
        }
    }

    /** @return the ids that the statement returns */
    Set<Long> executeReturningIds(Connection connection, String sql) throws SQLException {
        Set<Long> ids = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(connection, statement);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getLong(1));
                }
            }
        }
        return ids;
    }

    private void bind(Connection connection, PreparedStatement statement) throws SQLException {
        for (int i = 0; i < types.length; i++) {
            statement.setArray(i + 1, connection.createArrayOf(types[i], typed(i)));
        }
    }

    /** The driver sends an array of one class in binary form, and any other as text that the server has to read. */
    private Object[] typed(int column) {
        List<@Nullable Object> values = columns.get(column);
        return switch (types[column]) {
            case "int8" -> values.toArray(Long[]::new);
            case "int2" -> values.toArray(Short[]::new);
            case "bool" -> values.toArray(Boolean[]::new);
            case "bytea" -> values.toArray(byte[][]::new);
            default -> values.toArray(String[]::new);
        };
    }
}
