package org.tocsin.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the schema of its version says of a CAP document. It says nothing of danger: what deviates may be a true alert, and
 * what is valid may be none.
 *
 * @param deviations the first of them, in the order of the document; of the order within one element only the first
 * @param more so many beyond these
 */
public record SchemaReport(Verdict verdict, List<Deviation> deviations, int more) {

    /** Of the whole document. */
    public enum Verdict {
        VALID,
        DEVIATES,
        /** There is no schema for its version. */
        UNCHECKED
    }

    /**
     * @param line in the document as it came, from 1
     * @param element its place: {@code /alert/info[2]/severity}
     * @param expected a sentence of ours
     */
    public record Deviation(int line, String element, String expected) {}

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public static final SchemaReport UNCHECKED = new SchemaReport(Verdict.UNCHECKED, List.of(), 0);

    public SchemaReport {
        deviations = List.copyOf(deviations);
    }

    public static SchemaReport of(List<Deviation> deviations, int more) {
        return new SchemaReport(deviations.isEmpty() ? Verdict.VALID : Verdict.DEVIATES, deviations, more);
    }

    /** As the column {@code alert.schema_report}. */
    public static @Nullable String json(@Nullable SchemaReport report) {
        try {
            return report == null ? null : JSON.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema report cannot be written as JSON");
        }
    }

    public static @Nullable SchemaReport ofJson(@Nullable String json) {
        try {
            return json == null ? null : JSON.readValue(json, SchemaReport.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema report of the ledger is not readable any more");
        }
    }

    /** Never what stands in the document. */
    @Override
    public String toString() {
        return "SchemaReport[" + verdict + ", " + (deviations.size() + more) + "]";
    }
}
