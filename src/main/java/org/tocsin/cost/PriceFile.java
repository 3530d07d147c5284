package org.tocsin.cost;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** {@code config/prices.csv}: RFC 4180 with lines of remarks that begin with {@code #}. Read once, checked as a whole. */
public final class PriceFile {
    private static final List<String> COLUMNS =
            List.of("country", "channel", "category", "price", "currency", "valid-from");
    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setCommentMarker('#').get();
    private static final Pattern CHANNEL = Pattern.compile("[a-z][a-z0-9-]{0,30}");
    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

    private final Path path;
    private final Map<List<Object>, Long> lines = new HashMap<>();
    private final Map<List<Object>, Price> prices = new HashMap<>();

    private PriceFile(Path path) {
        this.path = path;
    }

    /**
     * @param path the empty path: no price is known
     * @throws BadPriceFile at the first thing that is wrong
     */
    public static Prices load(Path path) {
        return path.toString().isEmpty() ? Prices.none() : new PriceFile(path).read();
    }

    private Prices read() {
        if (!Files.isReadable(path)) {
            throw new BadPriceFile(path + ": the file is missing or cannot be read: copy it from the distribution, or"
                    + " set tocsin.prices to nothing, so that costs are unknown");
        }
        try (Reader reader = Files.newBufferedReader(path);
                CSVParser parser = CSVParser.parse(reader, FORMAT)) {
            Iterator<CSVRecord> records = parser.iterator();
            header(records);
            while (records.hasNext()) {
                CSVRecord row = records.next();
                if (row.size() > 1 || !row.get(0).isBlank()) {
                    price(row, parser.getCurrentLineNumber());
                }
            }
            return new Prices(prices.values());
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            boolean notUtf8 = e instanceof CharacterCodingException || e.getCause() instanceof CharacterCodingException;
            throw new BadPriceFile(path + ": expected " + (notUtf8 ? "UTF-8" : "CSV with every quotation mark closed"));
        }
    }

    private void header(Iterator<CSVRecord> records) {
        List<String> names = records.hasNext()
                ? Arrays.stream(records.next().values()).map(String::strip).toList()
                : List.of();
        if (!names.equals(COLUMNS)) {
            throw new BadPriceFile(path + ": the first line must be the columns " + String.join(",", COLUMNS));
        }
    }

    private void price(CSVRecord row, long line) {
        if (row.size() != COLUMNS.size()) {
            throw bad(line, COLUMNS.size() + " cells, a comma between them, and a point in the price");
        }
        String country = row.get(0).strip();
        if (!country.equals(Prices.ANYWHERE) && !CallingRegion.isKnown(country)) {
            throw bad(line, "country: an ISO 3166 code such as FR, 001 for numbers of no country, or * for all others");
        }
        String channel = row.get(1).strip();
        if (!CHANNEL.matcher(channel).matches()) {
            throw bad(line, "channel: whatsapp, sms, email, or another name of config/delivery-plan.yaml");
        }
        String category = row.get(2).strip();
        List<String> categories = Tariff.categories(channel);
        if (!categories.contains(category)) {
            throw bad(line, "category: for " + channel + " " + String.join(", ", categories));
        }
        Price price = new Price(
                country,
                channel,
                category,
                amount(row.get(3).strip(), line),
                currency(row.get(4).strip(), line),
                day(row.get(5).strip(), line));
        List<Object> key = List.of(country, channel, category, price.validFrom());
        Long before = lines.putIfAbsent(key, line);
        if (before != null) {
            throw bad(line, "another country, channel, category or valid-from than in line " + before);
        }
        prices.put(key, price);
    }

    private BigDecimal amount(String cell, long line) {
        if (!AMOUNT.matcher(cell).matches()) {
            throw bad(line, "price: a decimal such as 0.0420, not negative, with at most nine digits after the point");
        }
        return new BigDecimal(cell);
    }

    private Currency currency(String cell, long line) {
        try {
            return Currency.getInstance(cell);
        } catch (IllegalArgumentException e) {
            throw bad(line, "currency: an ISO 4217 code such as EUR");
        }
    }

    private LocalDate day(String cell, long line) {
        try {
            return LocalDate.parse(cell);
        } catch (DateTimeParseException e) {
            throw bad(line, "valid-from: a day such as 2026-10-01");
        }
    }

    private BadPriceFile bad(long line, String expected) {
        return new BadPriceFile(path + ", line " + line + ": expected " + expected);
    }
}
