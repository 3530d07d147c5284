package org.tocsin.delivery;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Many new rows of one table, by {@code COPY} in PostgreSQL's binary form (its documentation, "COPY", "Binary Format"): the
 * rows of a page are one record of its log, and nothing is read as text. Measured for results of messages: 15 µs of
 * PostgreSQL's CPU a row, 25 with {@link Rows}. A row that is there already fails all of them.
 */
final class CopiedRows {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    /** PostgreSQL counts microseconds since the beginning of 2000. */
    private static final long EPOCH_SECOND =
            Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

    private static final int TEXT_OID = 25;

    private final String sql;
    private final String[] types;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private int rows;

    /** @param types of the columns, in their order: int8, int2, text, text[], bool, timestamptz, bytea */
    CopiedRows(String table, String columns, String... types) {
        this.sql = "copy " + table + " (" + columns + ") from stdin (format binary)";
        this.types = types;
    }

    void add(@Nullable Object... values) {
        try {
            if (rows++ == 0) {
                out.write(SIGNATURE);
                out.writeLong(0); // no flags, no extension
            }
            out.writeShort(types.length);
            for (int i = 0; i < types.length; i++) {
                write(types[i], values[i]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is none: the bytes stay in memory
        }
    }

    private void write(String type, @Nullable Object value) throws IOException {
        if (value == null) {
            out.writeInt(-1);
            return;
        }
        switch (type) {
            case "int8" -> {
                out.writeInt(Long.BYTES);
                out.writeLong((Long) value);
            }
            case "int2" -> {
                out.writeInt(Short.BYTES);
                out.writeShort((Short) value);
            }
            case "bool" -> {
                out.writeInt(1);
                out.writeBoolean((Boolean) value);
            }
            case "timestamptz" -> {
                out.writeInt(Long.BYTES);
                out.writeLong(micros((Instant) value));
            }
            case "bytea" -> bytes((byte[]) value);
            case "text" -> bytes(((String) value).getBytes(StandardCharsets.UTF_8));
            case "text[]" -> texts((List<?>) value);
            default -> throw new IllegalArgumentException("no binary form here for " + type);
        }
    }

    private void bytes(byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    private void texts(List<?> values) throws IOException {
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        DataOutputStream of = new DataOutputStream(array);
        of.writeInt(values.isEmpty() ? 0 : 1); // dimensions
        of.writeInt(0); // no nulls
        of.writeInt(TEXT_OID);
        if (!values.isEmpty()) {
            of.writeInt(values.size());
            of.writeInt(1); // the first index
            for (Object value : values) {
                byte[] text = ((String) value).getBytes(StandardCharsets.UTF_8);
                of.writeInt(text.length);
                of.write(text);
            }
        }
        bytes(array.toByteArray());
    }

    /** To the nearest microsecond, as PostgreSQL reads a text. */
    private static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond() - EPOCH_SECOND) + (instant.getNano() + 500) / 1_000;
    }

    /** Does nothing when there are no rows. */
    void write(Connection connection) throws SQLException {
        if (rows == 0) {
            return;
        }
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        try {
            byte[] all = bytes.toByteArray();
            copy.writeToCopy(all, 0, all.length);
            byte[] end = {-1, -1}; // a row of "-1 columns"
            copy.writeToCopy(end, 0, end.length);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
