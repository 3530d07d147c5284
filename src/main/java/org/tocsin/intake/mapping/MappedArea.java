package org.tocsin.intake.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.tocsin.alert.Area;
import org.tocsin.alert.Circle;
import org.tocsin.alert.Polygon;
import org.tocsin.alert.Position;

/** The {@code area} of a sensor, written as in CAP: polygons {@code lat,lon lat,lon …}, circles {@code lat,lon km}. */
public final class MappedArea {
    private MappedArea() {}

    public static Area read(YamlNode node) {
        node.allowOnly(Set.of("description", "polygons", "circles", "audience"));
        return constant(node);
    }

    public static Area constant(YamlNode node) {
        List<Polygon> polygons = new ArrayList<>();
        for (YamlNode entry : node.list("polygons")) {
            polygons.add(polygon(entry));
        }
        List<Circle> circles = new ArrayList<>();
        for (YamlNode entry : node.list("circles")) {
            circles.add(circle(entry));
        }
        if (polygons.isEmpty() && circles.isEmpty()) {
            throw node.bad("polygons", "is missing; give polygons or circles, or leave the area out");
        }
        return new Area(node.text("description"), polygons, circles, List.of(), null, null);
    }

    /** Whether only those of the addresses are told who live in the area. */
    public static boolean intersects(YamlNode area) {
        String audience = area.optionalText("audience");
        if (audience != null && !audience.equals("intersect")) {
            throw area.bad("audience", "expected intersect, or nothing");
        }
        return audience != null;
    }

    public static Polygon polygon(YamlNode entry) {
        List<Position> ring = new ArrayList<>();
        for (String pair : entry.asText().trim().split("\\s+")) {
            ring.add(position(entry, pair));
        }
        if (ring.size() < 4 || !ring.get(0).equals(ring.get(ring.size() - 1))) {
            throw entry.bad("", "expected at least four pairs lat,lon, the last equal to the first");
        }
        return new Polygon(ring);
    }

    private static Circle circle(YamlNode entry) {
        String[] parts = entry.asText().trim().split("\\s+");
        if (parts.length != 2) {
            throw entry.bad("", "expected lat,lon and a radius in kilometres");
        }
        return new Circle(position(entry, parts[0]), number(entry, parts[1], 0, 20_040));
    }

    public static Position position(YamlNode entry, String pair) {
        String[] parts = pair.split(",", -1);
        if (parts.length != 2) {
            throw entry.bad("", "expected pairs lat,lon");
        }
        return new Position(number(entry, parts[0], -90, 90), number(entry, parts[1], -180, 180));
    }

    private static double number(YamlNode entry, String text, double from, double to) {
        try {
            double number = Double.parseDouble(text);
            if (number >= from && number <= to) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, with the place
        }
        throw entry.bad("", "expected numbers between " + from + " and " + to);
    }
}
