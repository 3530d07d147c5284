package org.tocsin.alert;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The single values of CAP 1.2, from text and back. Text comes stripped and not empty. */
final class CapValues {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)");
    private static final int MAX_DECIMAL = 32;
    private static final Pattern SIZE = Pattern.compile("\\d{1,18}");
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8}");
    private static final Pattern SPACES = Pattern.compile("[ \\t\\r\\n]+");

    /** Half the circumference of the Earth: more than everywhere is a mistake. */
    private static final double MAX_RADIUS_KM = 20_038;

    private CapValues() {}

    static <E extends Enum<E>> String choices(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", ", "one of ", ""));
    }

    static <E extends Enum<E>> E constant(Class<E> type, String text) throws Expected {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw new Expected(choices(type) + ", not " + Quotation.of(text));
    }

    /** An identifier or a sender. */
    static String name(String text) throws Expected {
        boolean forbidden = text.chars()
                .anyMatch(c -> Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.isISOControl(c)
                        || c == ','
                        || c == '<'
                        || c == '&');
        if (forbidden || text.isEmpty() || text.length() > CapLimits.MAX_NAME) {
            throw new Expected("1 to %d characters without white space, comma, < or &".formatted(CapLimits.MAX_NAME));
        }
        return text;
    }

    static String language(String text) throws Expected {
        if (text.length() > 64 || !LANGUAGE.matcher(text).matches()) {
            throw new Expected("a language tag of BCP 47, such as en-US, not " + Quotation.of(text));
        }
        return text;
    }

    static double decimal(String text) throws Expected {
        if (text.length() > MAX_DECIMAL || !DECIMAL.matcher(text).matches()) {
            throw new Expected("a decimal number, not " + Quotation.of(text));
        }
        return Double.parseDouble(text) + 0.0; // -0.0 becomes 0.0, so that equal places are equal
    }

    static String decimal(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    static long size(String text) throws Expected {
        if (!SIZE.matcher(text).matches()) {
            throw new Expected("a whole number of bytes, not " + Quotation.of(text));
        }
        return Long.parseLong(text);
    }

    static Position position(String text) throws Expected {
        int comma = text.indexOf(',');
        if (comma > 0) {
            double latitude = decimal(text.substring(0, comma));
            double longitude = decimal(text.substring(comma + 1));
            if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) {
                return new Position(latitude, longitude);
            }
        }
        throw new Expected("a position");
    }

    static Polygon polygon(String text) throws Expected {
        List<Position> ring = new ArrayList<>();
        for (String pair : SPACES.split(text)) {
            try {
                ring.add(position(pair));
            } catch (Expected notAPosition) {
                throw new Expected(
                        "pairs latitude,longitude separated by white space, latitude -90 to 90, longitude -180 to 180; pair %d is %s"
                                .formatted(ring.size() + 1, Quotation.of(pair)));
            }
        }
        if (ring.size() < 4) {
            throw new Expected("at least four pairs latitude,longitude, not " + ring.size());
        }
        if (!ring.get(0).equals(ring.get(ring.size() - 1))) {
            throw new Expected("a closed ring: the last pair must be the same as the first");
        }
        return new Polygon(ring);
    }

    static String write(Polygon polygon) {
        return polygon.positions().stream().map(CapValues::write).collect(Collectors.joining(" "));
    }

    static Circle circle(String text) throws Expected {
        String[] parts = SPACES.split(text);
        if (parts.length == 2) {
            try {
                Circle circle = new Circle(position(parts[0]), decimal(parts[1]));
                if (circle.radiusKm() >= 0 && circle.radiusKm() <= MAX_RADIUS_KM) {
                    return circle;
                }
            } catch (Expected inOnePart) {
                // told below
            }
        }
        throw new Expected(
                "latitude,longitude, white space and a radius in km from 0 to %.0f, such as \"46.2,6.15 12.5\", not %s"
                        .formatted(MAX_RADIUS_KM, Quotation.of(text)));
    }

    static String write(Circle circle) {
        return write(circle.centre()) + " " + decimal(circle.radiusKm());
    }

    private static String write(Position position) {
        return decimal(position.latitude()) + "," + decimal(position.longitude());
    }

    /** One or more triples {@code sender,identifier,sent}, separated by white space. */
    static List<Reference> references(String text) throws Expected {
        List<Reference> references = new ArrayList<>();
        for (String triple : SPACES.split(text)) {
            try {
                String[] parts = triple.split(",", -1);
                if (parts.length != 3) {
                    throw new Expected("three parts");
                }
                references.add(new Reference(name(parts[0]), name(parts[1]), CapTime.parse(parts[2])));
            } catch (Expected inOnePart) {
                throw new Expected(
                        "triples sender,identifier,sent separated by white space (no white space, comma, < or & within a part); triple %d is none"
                                .formatted(references.size() + 1));
            }
        }
        return references;
    }

    static String write(Reference reference) {
        return reference.sender() + "," + reference.identifier() + "," + CapTime.write(reference.sent());
    }
}
