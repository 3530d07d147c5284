package org.tocsin.directory;

import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * The directory file as rows of cells: UTF-8, a BOM or none, RFC 4180. What makes the file as a whole doubtful (not
 * UTF-8, a quote that never ends, another header) refuses it; a row is judged by {@link RowCheck}.
 */
final class ContactsFile {
    static final List<String> COLUMNS =
            List.of("id", "name", "language", "phone", "email", "groups", "lat", "lon", "opt_in");

    /** Characters of one row: beyond it a quotation mark is missing, and the rest of the file would be one cell. */
    private static final int MAX_ROW = 1_000_000;

    private final Path path;

    ContactsFile(Path path) {
        this.path = path;
    }

    /**
     * @param cells in the order of {@link #COLUMNS}
     * @param complete false when the row has more or fewer cells than the header: they may be shifted
     */
    record Row(long line, String[] cells, boolean complete) {}

    /** Reads from the beginning, one row in memory at a time. */
    void forEach(Consumer<Row> consumer) {
        read((parser, bounded) -> read(parser, bounded, consumer));
    }

    void requireHeader() {
        read((parser, bounded) -> header(parser.iterator()));
    }

    private void read(BiConsumer<CSVParser, BoundedReader> reading) {
        try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            skipByteOrderMark(reader);
            BoundedReader bounded = new BoundedReader(reader);
            try (CSVParser parser = CSVParser.parse(bounded, CSVFormat.RFC4180)) {
                reading.accept(parser, bounded);
            }
        } catch (CharacterCodingException e) {
            throw notUtf8();
        } catch (IOException e) {
            throw new DirectoryFileRefused(path + " cannot be read ("
                    + e.getClass().getSimpleName() + "): check tocsin.contacts, which names it, and who may read it.");
        }
    }

    private void read(CSVParser parser, BoundedReader bounded, Consumer<Row> consumer) {
        Iterator<CSVRecord> records = parser.iterator();
        int[] order = header(records);
        for (CSVRecord row = next(records, 1); row != null; row = next(records, parser.getCurrentLineNumber())) {
            bounded.rowIsDone();
            if (row.size() == 1 && row.get(0).isBlank()) {
                continue; // an empty line
            }
            consumer.accept(new Row(firstLine(parser, row), cells(row, order), row.size() == order.length));
        }
    }

    private int[] header(Iterator<CSVRecord> records) {
        CSVRecord header = next(records, 0);
        return header == null ? refuseHeader(List.of()) : order(header);
    }

    private @Nullable CSVRecord next(Iterator<CSVRecord> records, long row) {
        try {
            return records.hasNext() ? records.next() : null;
        } catch (UncheckedIOException | IllegalStateException e) {
            // the cause is left out: it may quote the file
            if (e.getCause() instanceof CharacterCodingException) {
                throw notUtf8();
            }
            throw new DirectoryFileRefused(path + " has a quotation mark too few or too many in the row after line "
                    + row + "; nothing was imported.");
        }
    }

    /** The decoder says only which block of the file it was; the person who repairs it needs the line. */
    private DirectoryFileRefused notUtf8() {
        long line = 0;
        try (BufferedReader bytes = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            for (String text = bytes.readLine(); text != null; text = bytes.readLine()) {
                line++;
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
            }
        } catch (IOException e) {
            // found
        }
        return new DirectoryFileRefused(
                path + ", line " + line + ", is not UTF-8: save it as \"CSV UTF-8\"; nothing was imported.");
    }

    private int[] order(CSVRecord header) {
        List<String> names = Arrays.stream(header.values()).map(String::strip).collect(Collectors.toList());
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            positions.put(names.get(i), i);
        }
        if (names.size() != COLUMNS.size() || !positions.keySet().containsAll(COLUMNS)) {
            return refuseHeader(names);
        }
        return COLUMNS.stream().mapToInt(positions::get).toArray();
    }

    /** Does not quote the header: a file without one begins with a person. */
    private int[] refuseHeader(List<String> names) {
        List<String> missing = new ArrayList<>(COLUMNS);
        missing.removeAll(names);
        throw new DirectoryFileRefused(path + ": the first line must be exactly the columns "
                + String.join(",", COLUMNS) + " in any order, separated by commas; "
                + (missing.isEmpty() ? "it has " + names.size() : "missing: " + String.join(", ", missing))
                + ". Nothing was imported.");
    }

    private static String[] cells(CSVRecord row, int[] order) {
        return Arrays.stream(order)
                .mapToObj(i -> i < row.size() ? row.get(i).strip() : "")
                .toArray(String[]::new);
    }

    private static long firstLine(CSVParser parser, CSVRecord row) {
        long breaks =
                row.stream().flatMapToInt(String::chars).filter(c -> c == '\n').count();
        return parser.getCurrentLineNumber() - breaks;
    }

    private static void skipByteOrderMark(BufferedReader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
    }

    /** Fails instead of collecting the rest of a large file in one cell. */
    private static final class BoundedReader extends FilterReader {
        private long sinceRow;

        BoundedReader(Reader in) {
            super(in);
        }

        void rowIsDone() {
            sinceRow = 0;
        }

        @Override
        public int read() throws IOException {
            return count(super.read(), 1);
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            return count(read, read);
        }

        private int count(int result, int characters) throws IOException {
            sinceRow += Math.max(0, characters);
            if (sinceRow > MAX_ROW) {
                throw new IOException("a row is longer than " + MAX_ROW + " characters");
            }
            return result;
        }
    }
}
