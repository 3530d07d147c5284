package org.tocsin.intake.alerts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;

/**
 * An alert that went out, as the one that follows it needs it.
 *
 * @param follows what it followed itself: people may have got no more than that
 * @param ladder frozen, as JSON
 * @param cancelMessage prepared with it, as JSON; null for what was accepted by a hub that prepared none
 */
public record Former(
        long id,
        List<Long> follows,
        String event,
        Severity severity,
        Urgency urgency,
        int lane,
        Alert cap,
        @Nullable String ladder,
        @Nullable String cancelMessage) {

    static Former read(ResultSet row) throws SQLException {
        java.sql.Array follows = row.getArray("follows");
        return new Former(
                row.getLong("id"),
                follows == null ? List.of() : List.of((Long[]) follows.getArray()),
                row.getString("event"),
                Severity.valueOf(row.getString("severity")),
                Urgency.valueOf(row.getString("urgency")),
                row.getInt("lane"),
                CapDocument.read(row.getString("cap")),
                row.getString("ladder"),
                row.getString("cancel_message"));
    }
}
