package org.tocsin.intake.payload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.tocsin.alert.CapProblem.Violation;
import org.tocsin.intake.UnacceptableSubmission;

/** Comma-separated values (RFC 4180, also with another separator); each row an object of texts. */
final class CsvRows {
    private static final int MAX_COLUMNS = 100;

    private CsvRows() {}

    static Payload read(byte[] payload, CsvShape shape) throws UnacceptableSubmission {
        String text = new String(payload, StandardCharsets.UTF_8);
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(shape.delimiter())
                .setIgnoreEmptyLines(true)
                .setIgnoreSurroundingSpaces(true)
                .get();
        List<String> columns = shape.columns();
        List<PayloadRecord> records = new ArrayList<>();
        List<Violation> problems = new ArrayList<>();
        int rows = 0;
        try (CSVParser parser = format.parse(new StringReader(text.startsWith("\ufeff") ? text.substring(1) : text))) {
            for (CSVRecord row : parser) {
                if (columns.isEmpty()) {
                    columns = header(row);
                } else {
                    rows++;
                    Payload.bounded(rows);
                    take(row, "row " + rows, columns, records, problems);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new UnacceptableSubmission("body", "readable CSV: a quotation mark is not closed, or misplaced");
        }
        if (rows == 0) {
            throw new UnacceptableSubmission("body", "CSV with at least one row of values");
        }
        return new Payload(records, problems);
    }

    private static List<String> header(CSVRecord row) throws UnacceptableSubmission {
        List<String> names = Arrays.asList(row.values());
        if (names.size() > MAX_COLUMNS || new HashSet<>(names).size() < names.size()) {
            throw new UnacceptableSubmission(
                    "row 0", "at most " + MAX_COLUMNS + " columns, each with a name of its own");
        }
        return names;
    }

    private static void take(
            CSVRecord row, String place, List<String> columns, List<PayloadRecord> records, List<Violation> problems) {
        if (row.size() != columns.size()) {
            problems.add(new Violation(place, "as many values as columns: " + columns.size()));
            return;
        }
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < row.size(); i++) {
            if (!row.get(i).isEmpty()) {
                fields.put(columns.get(i), row.get(i));
            }
        }
        records.add(new PayloadRecord(place, fields, null));
    }
}
