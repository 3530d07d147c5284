package org.tocsin.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.DeliveryOutcome.Throttled.Scope;

/**
 * A provider's error codes and what each means for us, as data: a CSV beside its source with the columns {@code code}
 * ({@code 131026}, a range {@code 200-299}, or hexadecimal {@code 0x00000058}), {@code verdict},
 * {@code retry_after_s}, {@code scope} (only with it: {@code sender}, {@code person} or {@code server}, as in
 * {@link DeliveryOutcome.Throttled.Scope}), {@code meaning}, {@code source}. Read and checked once; a row that cannot be understood stops
 * the start.
 */
public final class ErrorTable {

    /** What follows from a code. Written in the CSV in lower case with {@code -}. */
    public enum Verdict {
        /** Certainly not sent, temporary: {@code Throttled} where the row has a delay, else {@code Unreachable}. */
        RETRY,
        /** This message to this person will not get through here. */
        NEXT_RUNG,
        /** The same, and the address is not worth trying for a while. */
        MARK_ADDRESS,
        OPTED_OUT,
        /** Sender, number or account is unusable for everybody. */
        CHANNEL_DOWN,
        TEMPLATE_UNUSABLE,
        /** Our request is wrong. */
        MISCONFIGURED,
        /** The provider does not say whether it took the message. */
        UNKNOWN
    }

    /**
     * @param first the lowest code that the row is about; {@code last} the highest
     * @param retryAfter only with {@link Verdict#RETRY}
     * @param scope with {@code retryAfter}, and only then
     */
    public record Row(
            long first,
            long last,
            Verdict verdict,
            @Nullable Duration retryAfter,
            @Nullable Scope scope,
            String meaning,
            String source) {

        public DeliveryOutcome outcome(String code) {
            return switch (verdict) {
                case RETRY ->
                    retryAfter == null || scope == null
                            ? new DeliveryOutcome.Unreachable(code)
                            : new DeliveryOutcome.Throttled(code, retryAfter, scope);
                case NEXT_RUNG -> new DeliveryOutcome.Rejected(code, false);
                case MARK_ADDRESS -> new DeliveryOutcome.Rejected(code, true);
                case OPTED_OUT -> new DeliveryOutcome.OptedOut(code);
                case CHANNEL_DOWN -> new DeliveryOutcome.ChannelDown(code);
                case TEMPLATE_UNUSABLE -> new DeliveryOutcome.TemplateUnusable(code);
                case MISCONFIGURED -> new DeliveryOutcome.Misconfigured(code);
                case UNKNOWN -> new DeliveryOutcome.Unconfirmed(code);
            };
        }
    }

    private final NavigableMap<Long, Row> rows;

    private ErrorTable(NavigableMap<Long, Row> rows) {
        this.rows = rows;
    }

    /** @param resource on the class path, with a leading slash */
    public static ErrorTable load(String resource) {
        try (InputStream in = ErrorTable.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from the class path");
            }
            return read(resource, new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ErrorTable read(String name, Reader csv) throws IOException {
        NavigableMap<Long, Row> rows = new TreeMap<>();
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setCommentMarker('#')
                .setTrim(true)
                .setIgnoreEmptyLines(true)
                .get();
        try (var parser = format.parse(csv)) {
            for (CSVRecord record : parser) {
                Row row = row(name, record);
                Map.Entry<Long, Row> below = rows.floorEntry(row.last());
                if (below != null && below.getValue().last() >= row.first()) {
                    throw broken(name, record, "the code is in the table twice");
                }
                rows.put(row.first(), row);
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalStateException(name + " has no rows");
        }
        return new ErrorTable(rows);
    }

    private static Row row(String name, CSVRecord record) {
        try {
            String[] bounds = record.get("code").split("-", 2);
            long first = Long.decode(bounds[0]);
            long last = bounds.length == 1 ? first : Long.decode(bounds[1]);
            Verdict verdict =
                    Verdict.valueOf(record.get("verdict").replace('-', '_').toUpperCase(Locale.ROOT));
            String seconds = record.get("retry_after_s");
            Duration retryAfter = seconds.isEmpty() ? null : Duration.ofSeconds(Long.parseLong(seconds));
            String word = record.get("scope").toUpperCase(Locale.ROOT);
            Scope scope = word.isEmpty() ? null : Scope.valueOf(word);
            if ((scope == null) != (retryAfter == null)) {
                throw broken(name, record, "retry_after_s and scope go together");
            }
            if (first < 0 || last < first) {
                throw broken(name, record, "the code is no number and no range");
            }
            if (retryAfter != null && (verdict != Verdict.RETRY || retryAfter.isNegative() || retryAfter.isZero())) {
                throw broken(name, record, "retry_after_s belongs to the verdict retry and is above 0");
            }
            if (record.get("meaning").isEmpty() || record.get("source").isEmpty()) {
                throw broken(name, record, "meaning and source are to be given");
            }
            return new Row(first, last, verdict, retryAfter, scope, record.get("meaning"), record.get("source"));
        } catch (IllegalArgumentException e) {
            throw broken(name, record, e.getMessage());
        }
    }

    private static IllegalStateException broken(String name, CSVRecord record, String what) {
        return new IllegalStateException(name + ", record " + record.getRecordNumber() + ": " + what);
    }

    /** The row about a code, or null where the table does not know it. */
    public @Nullable Row find(long code) {
        Map.Entry<Long, Row> entry = rows.floorEntry(code);
        return entry != null && code <= entry.getValue().last() ? entry.getValue() : null;
    }

    public List<Row> rows() {
        return new ArrayList<>(rows.values());
    }
}
