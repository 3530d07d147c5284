package org.tocsin.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jdom2.Element;
import org.jspecify.annotations.Nullable;

/**
 * GeoRSS Simple and GML (OGC 17-002), and the older W3C {@code geo:lat}, {@code geo:long}. Polygons and circles are
 * written as CAP does. What cannot be read is left out: one bad entry must not hide the others.
 */
final class GeoRss {
    private static final double METRES = 1000;
    private static final int MAX_POSITIONS = 2_000;

    private GeoRss() {}

    /** @param elements of an entry that are none of RSS or Atom */
    static void read(List<Element> elements, ObjectNode into) {
        String latitude = null;
        String longitude = null;
        for (Element element : elements) {
            String space = element.getNamespaceURI();
            if (space.equals("http://www.georss.org/georss")) {
                geoRss(element, into);
            } else if (space.equals("http://www.w3.org/2003/01/geo/wgs84_pos#")) {
                switch (element.getName()) {
                    case "lat" -> latitude = element.getTextTrim();
                    case "long" -> longitude = element.getTextTrim();
                    case "Point" -> read(element.getChildren(), into);
                    default -> {} // alt
                }
            }
        }
        if (latitude != null && longitude != null) {
            point(numbers(latitude + " " + longitude), into);
        }
    }

    private static void geoRss(Element element, ObjectNode into) {
        switch (element.getName()) {
            case "point" -> point(numbers(element.getText()), into);
            case "polygon" -> polygon(numbers(element.getText()), into);
            case "box" -> box(numbers(element.getText()), into);
            case "circle" -> circle(numbers(element.getText()), into);
            case "where" -> gml(element, into);
            default -> {} // elev, featuretypetag, line
        }
    }

    private static void gml(Element where, ObjectNode into) {
        StringBuilder corners = new StringBuilder();
        for (Element gml : where.getDescendants(org.jdom2.filter.Filters.element())) {
            switch (gml.getName()) {
                case "pos" -> point(numbers(gml.getText()), into);
                case "posList" -> polygon(numbers(gml.getText()), into);
                case "lowerCorner", "upperCorner" ->
                    corners.append(gml.getText()).append(' ');
                default -> {} // what holds them
            }
        }
        box(numbers(corners.toString()), into);
    }

    static void point(@Nullable List<Double> numbers, ObjectNode into) {
        if (numbers != null && numbers.size() >= 2 && onEarth(numbers.get(0), numbers.get(1))) {
            into.putObject("point").put("latitude", numbers.get(0)).put("longitude", numbers.get(1));
        }
    }

    /** Latitude and longitude by turns; the first pair is repeated at the end where it is not. */
    static void polygon(@Nullable List<Double> numbers, ObjectNode into) {
        if (numbers == null || numbers.size() < 6 || numbers.size() % 2 != 0) {
            return;
        }
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i += 2) {
            if (!onEarth(numbers.get(i), numbers.get(i + 1))) {
                return;
            }
            pairs.add(number(numbers.get(i)) + "," + number(numbers.get(i + 1)));
        }
        if (!pairs.get(0).equals(pairs.get(pairs.size() - 1))) {
            pairs.add(pairs.get(0));
        }
        if (pairs.size() >= 4) {
            into.put("polygon", String.join(" ", pairs));
        }
    }

    private static void box(@Nullable List<Double> n, ObjectNode into) {
        if (n == null || n.size() != 4 || !onEarth(n.get(0), n.get(1)) || !onEarth(n.get(2), n.get(3))) {
            return;
        }
        String south = number(n.get(0));
        String west = number(n.get(1));
        String north = number(n.get(2));
        String east = number(n.get(3));
        into.put("box", "%1$s,%2$s %1$s,%4$s %3$s,%4$s %3$s,%2$s %1$s,%2$s".formatted(south, west, north, east));
    }

    /** GeoRSS gives metres, CAP kilometres. */
    private static void circle(@Nullable List<Double> n, ObjectNode into) {
        if (n != null && n.size() == 3 && onEarth(n.get(0), n.get(1)) && n.get(2) >= 0) {
            into.put("circle", number(n.get(0)) + "," + number(n.get(1)) + " " + number(n.get(2) / METRES));
            into.put("radius-km", n.get(2) / METRES);
            point(n.subList(0, 2), into);
        }
    }

    private static boolean onEarth(double latitude, double longitude) {
        return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
    }

    /** Null when one of them is none. */
    private static @Nullable List<Double> numbers(String text) {
        String trimmed = text.replace(',', ' ').trim();
        String[] words = trimmed.isEmpty() ? new String[0] : trimmed.split("\\s+", 2 * MAX_POSITIONS + 1);
        List<Double> numbers = new ArrayList<>();
        try {
            for (String word : words) {
                double number = Double.parseDouble(word);
                if (!Double.isFinite(number)) {
                    return null;
                }
                numbers.add(number);
            }
        } catch (NumberFormatException e) {
            return null;
        }
        return numbers.size() > 2 * MAX_POSITIONS ? null : numbers;
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.6f", value);
        return text.replaceFirst("\\.?0+$", "").replaceFirst("^-0$", "0");
    }
}
