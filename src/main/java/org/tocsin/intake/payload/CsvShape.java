package org.tocsin.intake.payload;

import java.util.List;

/**
 * How rows are written.
 *
 * @param columns their names; empty when the first line says them
 */
public record CsvShape(char delimiter, List<String> columns) {
    public static final CsvShape PLAIN = new CsvShape(',', List.of());
}
