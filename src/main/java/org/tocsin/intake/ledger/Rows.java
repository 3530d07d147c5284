package org.tocsin.intake.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.PreparedStatementCreator;

/**
 * Many rows as the parameters of one statement: each column is one array of texts, to be cast in the SQL
 * ({@code unnest(?::text[], ?::bigint[])}).
 */
public final class Rows<T> {
    private final List<T> rows;
    private final List<@Nullable String[]> columns = new ArrayList<>();

    private Rows(List<T> rows) {
        this.rows = rows;
    }

    public static <T> Rows<T> of(List<T> rows) {
        return new Rows<>(rows);
    }

    public Rows<T> column(Function<T, @Nullable Object> value) {
        @Nullable String[] column = new String[rows.size()];
        for (int i = 0; i < column.length; i++) {
            Object cell = value.apply(rows.get(i));
            column[i] = cell == null ? null : cell.toString();
        }
        columns.add(column);
        return this;
    }

    /** {@code first} are single parameters before the arrays. */
    public PreparedStatementCreator statement(String sql, Object... first) {
        return connection -> prepare(connection, sql, first, new Object[0]);
    }

    /** {@code last} are single parameters after the arrays. */
    public PreparedStatementCreator statementWithLast(String sql, Object... last) {
        return connection -> prepare(connection, sql, new Object[0], last);
    }

    private PreparedStatement prepare(Connection connection, String sql, Object[] first, Object[] last)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        int at = 1;
        for (Object value : first) {
            statement.setObject(at++, value);
        }
        for (Object[] column : columns) {
            statement.setArray(at++, connection.createArrayOf("text", column));
        }
        for (Object value : last) {
            statement.setObject(at++, value);
        }
        return statement;
    }
}
