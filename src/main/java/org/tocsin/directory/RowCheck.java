package org.tocsin.directory;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IllformedLocaleException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Position;
import org.tocsin.privacy.LookupHash;

/** Turns the cells of a row into a {@link ContactRow}, or says of each bad cell what was expected. Never quotes one. */
final class RowCheck {
    /** A CAP {@code addresses} word, which white space ends. */
    private static final Pattern ID = Pattern.compile("[^\\s\\p{Cntrl}\";]{1,100}");

    private static final Pattern GROUP = Pattern.compile("[^\\p{Cntrl}\"]{1,100}");
    private static final Pattern CHANNEL = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** HTML's definition of an address, with a dot in the domain. */
    private static final Pattern EMAIL = Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
            + "@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+");

    private static final Pattern DECIMAL = Pattern.compile("[+-]?\\d{1,3}(?:\\.\\d{1,20})?");
    private static final int MAX_CELL = 10_000;
    private static final int MAX_ADDRESSES = 20;
    private static final int MAX_GROUPS = 200;
    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();

    private final LookupHash hash;
    private final @Nullable String region;
    private final String defaultLanguage;

    /** @param region ISO 3166 code for numbers without {@code +}; null: each number needs its country code */
    RowCheck(LookupHash hash, @Nullable String region, String defaultLanguage) {
        this.hash = hash;
        this.region = region;
        this.defaultLanguage = defaultLanguage;
    }

    /** Whether the row says at all whose it is. */
    static boolean identifies(ContactsFile.Row row) {
        return row.complete() && ID.matcher(row.cells()[0]).matches();
    }

    Optional<ContactRow> check(ContactsFile.Row row, Consumer<Problem> problems) {
        Cells cells = new Cells(row.line(), row.cells(), problems);
        if (!row.complete()) {
            cells.bad(
                    "row",
                    ContactsFile.COLUMNS.size() + " cells (is a comma inside a value? then quote the value)"
                            + "; as long as one row has not, the import deactivates nobody");
            return Optional.empty();
        }
        if (Arrays.stream(row.cells()).anyMatch(cell -> cell.length() > MAX_CELL)) {
            cells.bad("row", "at most " + MAX_CELL + " characters in a cell");
            return Optional.empty();
        }
        ContactRow contact = new ContactRow(
                row.line(),
                cells.id(),
                cells.name(),
                cells.language(defaultLanguage),
                cells.list(
                        3,
                        MAX_ADDRESSES,
                        this::e164,
                        region == null
                                ? "telephone numbers with + and country code, of the length that the country uses"
                                : "telephone numbers of the length that their country uses"),
                cells.list(4, MAX_ADDRESSES, e -> matching(EMAIL, e), "e-mail addresses such as name@example.org"),
                new LinkedHashSet<>(cells.list(
                        5,
                        MAX_GROUPS,
                        g -> matching(GROUP, g),
                        "group names of at most 100 characters without quotation marks")),
                cells.home(),
                channels(cells),
                fingerprint(row.cells()));
        return cells.good ? Optional.of(contact) : Optional.empty();
    }

    private static Set<String> channels(Cells cells) {
        return new LinkedHashSet<>(cells.list(
                8, MAX_ADDRESSES, c -> matching(CHANNEL, c), "channels such as whatsapp;sms;email, in lower case"));
    }

    /**
     * Right in length is enough: the ranges that libphonenumber knows lag behind the regulators', a number outside
     * them reaches nobody, and a person left out of the directory is not told on any channel.
     */
    private @Nullable String e164(String text) {
        try {
            PhoneNumber number = PHONES.parse(text, region);
            boolean reachable =
                    PHONES.isPossibleNumberWithReason(number) == ValidationResult.IS_POSSIBLE && !number.hasExtension();
            return reachable ? PHONES.format(number, PhoneNumberFormat.E164) : null;
        } catch (NumberParseException e) {
            return null;
        }
    }

    private byte[] fingerprint(String[] cells) {
        return hash.of("directory-row", region + "\u001f" + defaultLanguage + "\u001f" + String.join("\u001f", cells));
    }

    private static @Nullable String matching(Pattern pattern, String value) {
        return pattern.matcher(value).matches() ? value : null;
    }

    /** The cells of one row while they are read. */
    private static final class Cells {
        private final long line;
        private final String[] cells;
        private final Consumer<Problem> problems;
        private boolean good = true;

        Cells(long line, String[] cells, Consumer<Problem> problems) {
            this.line = line;
            this.cells = cells;
            this.problems = problems;
        }

        void bad(String column, String expected) {
            good = false;
            problems.accept(new Problem(line, column, expected));
        }

        String id() {
            if (!ID.matcher(cells[0]).matches()) {
                bad(
                        "id",
                        "1 to 100 characters without white space, semicolon or quotation mark"
                                + "; as long as one row has none, the import deactivates nobody");
            }
            return cells[0];
        }

        String name() {
            if (cells[1].length() > 200 || cells[1].chars().anyMatch(Character::isISOControl)) {
                bad("name", "at most 200 characters on one line");
            }
            return cells[1];
        }

        String language(String otherwise) {
            if (cells[2].isEmpty()) {
                return otherwise;
            }
            try {
                return new Locale.Builder().setLanguageTag(cells[2]).build().toLanguageTag();
            } catch (IllformedLocaleException e) {
                bad("language", "a BCP 47 tag such as fr or pt-BR");
                return otherwise;
            }
        }

        @Nullable
        Position home() {
            if (cells[6].isEmpty() && cells[7].isEmpty()) {
                return null;
            }
            OptionalDouble latitude = degrees(6, 90);
            OptionalDouble longitude = degrees(7, 180);
            return latitude.isPresent() && longitude.isPresent()
                    ? new Position(latitude.getAsDouble(), longitude.getAsDouble())
                    : null;
        }

        private OptionalDouble degrees(int column, int limit) {
            if (DECIMAL.matcher(cells[column]).matches()) {
                double value = Double.parseDouble(cells[column]);
                if (Math.abs(value) <= limit) {
                    return OptionalDouble.of(value);
                }
            }
            bad(
                    ContactsFile.COLUMNS.get(column),
                    "degrees from -" + limit + " to " + limit + " with a decimal point; lat and lon both, or neither");
            return OptionalDouble.empty();
        }

        /** The values between semicolons in their order, each once. */
        List<String> list(int column, int max, Function<String, @Nullable String> form, String expected) {
            Set<String> values = new LinkedHashSet<>();
            for (String part : cells[column].split(";")) {
                String text = part.strip();
                if (text.isEmpty()) {
                    continue;
                }
                String value = form.apply(text);
                if (value == null || values.size() == max) {
                    bad(ContactsFile.COLUMNS.get(column), expected + ", separated by semicolons, at most " + max);
                    return List.of();
                }
                values.add(value);
            }
            return new ArrayList<>(values);
        }
    }
}
