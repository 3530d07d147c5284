package org.tocsin.directory;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.SqlTypeValue;

/** A PostgreSQL array as a statement parameter: one statement for a thousand rows. */
final class SqlArray implements SqlTypeValue {
    private final String type;
    private final Object[] values;

    private SqlArray(String type, Object[] values) {
        this.type = type;
        this.values = values;
    }

    static SqlArray of(String type, Collection<?> values) {
        return new SqlArray(type, values.toArray());
    }

    static SqlArray text(Collection<String> values) {
        return of("text", values);
    }

    /** Of one class, so that the driver sends it in binary form, and not as a text that the server has to read. */
    static SqlArray bigint(Collection<Long> values) {
        return new SqlArray("bigint", values.toArray(new Long[0]));
    }

    static SqlArray bigint(long[] values) {
        return new SqlArray("bigint", Arrays.stream(values).boxed().toArray(Long[]::new));
    }

    static SqlArray bytes(Collection<byte @Nullable []> values) {
        return new SqlArray("bytea", values.toArray(new byte[0][]));
    }

    @Override
    public void setTypeValue(PreparedStatement statement, int index, int sqlType, @Nullable String typeName)
            throws SQLException {
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }
}
