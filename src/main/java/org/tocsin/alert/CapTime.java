package org.tocsin.alert;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CAP 1.2 {@code dateTime}: whole seconds and a numeric zone, {@code -00:00} for UTC (CAP 1.2, 3.3.2).
 *
 * <p>{@code Z} and fractions of a second are against CAP but common, and are taken: an alert lost over a {@code Z} is
 * worse. They are never written.
 */
final class CapTime {
    private static final Pattern FORM =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(?:\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)");
    private static final int MAX_ZONE_SECONDS = 14 * 3600;
    private static final DateTimeFormatter WRITTEN = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendOffset("+HH:MM", "-00:00")
            .toFormatter();

    private CapTime() {}

    static OffsetDateTime parse(String text) throws Expected {
        Matcher form = FORM.matcher(text);
        if (text.length() <= 64 && form.matches()) {
            try {
                ZoneOffset zone = zone(form.group(2));
                if (Math.abs(zone.getTotalSeconds()) <= MAX_ZONE_SECONDS) {
                    return LocalDateTime.parse(form.group(1)).atOffset(zone);
                }
            } catch (DateTimeException noSuchDay) {
                // told below
            }
        }
        throw new Expected("a dateTime with seconds and a numeric zone, such as 2026-11-22T14:03:00+01:00, not "
                + Quotation.of(text));
    }

    private static ZoneOffset zone(String text) {
        return text.equals("Z") || text.equals("-00:00") ? ZoneOffset.UTC : ZoneOffset.of(text);
    }

    static String write(OffsetDateTime time) {
        return WRITTEN.format(time);
    }
}
