package org.tocsin.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/** The plan that PostgreSQL makes of a statement without knowing its parameters, and keeps. */
public final class KeptPlan {
    private KeptPlan() {}

    /**
     * @param types of the parameters, as SQL names them
     * @param settings of the connection
     */
    public static String of(TestDatabase database, List<String> types, String sql, String... settings)
            throws SQLException {
        String prepared = sql;
        for (int i = 1; i <= types.size(); i++) {
            prepared = prepared.replaceFirst("\\?", "\\$" + i);
        }
        String values = types.stream()
                .map(type -> type.endsWith("[]") ? "'{}'" : "null")
                .collect(Collectors.joining(","));
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String setting : settings) {
                statement.execute(setting);
            }
            statement.execute("set plan_cache_mode = force_generic_plan");
            statement.execute("prepare kept (" + String.join(",", types) + ") as " + prepared);
            StringBuilder plan = new StringBuilder();
            try (ResultSet row = statement.executeQuery("explain execute kept (" + values + ")")) {
                while (row.next()) {
                    plan.append(row.getString(1)).append('\n');
                }
            }
            statement.execute("deallocate kept");
            return plan.toString();
        }
    }
}
