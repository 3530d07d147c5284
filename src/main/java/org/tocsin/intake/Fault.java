package org.tocsin.intake;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** What a failed transaction means for those whose items were in it. */
public enum Fault {
    /** One of the items cannot be stored, now or ever. */
    DATA,
    /** Another transaction was in the way: the same again may succeed at once. */
    COLLISION,
    /** The ledger cannot commit now. */
    AWAY,
    /** A defect of ours, perhaps brought out by one of the items. */
    DEFECT;

    public static Fault of(Throwable failure) {
        String state = sqlState(failure);
        if (state == null) {
            return failure instanceof DataAccessException || failure instanceof TransactionException ? AWAY : DEFECT;
        }
        // PostgreSQL, appendix A: 22 data exception, 23 integrity violation, 54 too large; 40 rolled back.
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "22", "23", "54" -> DATA;
            case "40" -> COLLISION;
            default -> AWAY;
        };
    }

    /** For the log: types, SQLSTATE and places, never messages, which quote rows. */
    public static String describe(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String where = Arrays.stream(root.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("org.tocsin"))
                .limit(4)
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .collect(Collectors.joining(" < "));
        String state = sqlState(failure);
        return root.getClass().getName()
                + (state == null ? "" : " SQLSTATE " + state)
                + (where.isEmpty() ? "" : " at " + where);
    }

    public static @Nullable String sqlState(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
