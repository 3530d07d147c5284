package org.tocsin.intake.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Area;
import org.tocsin.alert.Circle;
import org.tocsin.alert.Polygon;
import org.tocsin.alert.Position;
import org.tocsin.alert.Value;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.mapping.BadMappingFile;
import org.tocsin.intake.mapping.MappedArea;
import org.tocsin.intake.mapping.Place;
import org.tocsin.intake.mapping.PlaceholderText;
import org.tocsin.intake.mapping.YamlNode;

/**
 * The {@code area} of an event: constant, or from the event itself.
 *
 * @param point a place and how far around it, or null
 * @param polygon where a polygon as CAP writes it stands, or null
 * @param geocodes where their values stand, by their names
 * @param intersects whether only those of the addresses are told who are in it
 */
record EventArea(
        PlaceholderText description,
        @Nullable Area constant,
        @Nullable Point point,
        @Nullable Place polygon,
        Map<String, Place> geocodes,
        boolean intersects) {
    private static final int MAX_POLYGON = 50_000;
    private static final int MAX_GEOCODES = 100;

    /** @param max kilometres: an input that names a larger circle would alert a whole country */
    record Point(Place latitude, Place longitude, @Nullable Place radius, double kilometres, double max) {}

    static EventArea read(YamlNode node) {
        node.allowOnly(Set.of(
                "description",
                "polygons",
                "circles",
                "latitude",
                "longitude",
                "radius-km",
                "max-radius-km",
                "polygon",
                "geocodes",
                "audience"));
        Area constant = node.has("polygons") || node.has("circles") ? MappedArea.constant(node) : null;
        Point point = node.has("latitude") || node.has("longitude") ? point(node) : null;
        Map<String, Place> geocodes = new LinkedHashMap<>();
        node.entries("geocodes").forEach((name, entry) -> geocodes.put(name, EventFile.place(entry)));
        Place polygon = node.has("polygon") ? EventFile.place(node.at("polygon")) : null;
        if (constant == null && point == null && polygon == null && geocodes.isEmpty()) {
            throw node.bad(
                    "",
                    "is empty; give polygons, circles, latitude and longitude, polygon or geocodes, or leave it out");
        }
        return new EventArea(
                EventFile.placeholders(node, "description"),
                constant,
                point,
                polygon,
                geocodes,
                MappedArea.intersects(node));
    }

    private static Point point(YamlNode node) {
        Place latitude = EventFile.place(node.required("latitude"));
        Place longitude = EventFile.place(node.required("longitude"));
        YamlNode radius = node.required("radius-km");
        boolean constant = radius.json().isNumber();
        double kilometres = constant ? radius.json().doubleValue() : 0;
        if (constant && !(kilometres > 0)) {
            throw radius.bad("", "expected more than 0 kilometres");
        }
        Double max = node.optionalNumber("max-radius-km");
        if (!constant && max == null) {
            throw node.bad("max-radius-km", "is missing; say how far at most, since the radius comes from outside");
        }
        return new Point(
                latitude,
                longitude,
                constant ? null : EventFile.place(radius),
                kilometres,
                max == null ? kilometres : max);
    }

    /**
     * Empty where the event has none of it.
     *
     * @throws UnacceptableSubmission where it has something that is no area: nobody must be told by guesswork
     */
    List<Area> of(EventJson event, String filledDescription) throws UnacceptableSubmission {
        List<Polygon> polygons = new ArrayList<>(constant == null ? List.of() : constant.polygons());
        List<Circle> circles = new ArrayList<>(constant == null ? List.of() : constant.circles());
        if (point != null
                && !(event.at(point.latitude()).isMissingNode()
                        && event.at(point.longitude()).isMissingNode())) {
            circles.add(circle(event, point));
        }
        if (polygon != null && !event.at(polygon).isMissingNode()) {
            polygons.add(polygon(event, polygon));
        }
        List<Value> codes = new ArrayList<>();
        for (Map.Entry<String, Place> entry : geocodes.entrySet()) {
            codes.addAll(geocodes(event, entry.getKey(), entry.getValue()));
        }
        if (polygons.isEmpty() && circles.isEmpty() && codes.isEmpty()) {
            return List.of();
        }
        return List.of(new Area(filledDescription, polygons, circles, codes, null, null));
    }

    /** All pointers of it, for a complaint. */
    String places() {
        List<String> places = new ArrayList<>();
        if (point != null) {
            places.add(point.latitude().written());
        }
        if (polygon != null) {
            places.add(polygon.written());
        }
        geocodes.values().forEach(code -> places.add(code.written()));
        return String.join(", ", places);
    }

    /** Where it is, without its description, as text that is the same for ever. */
    static String place(Area area) {
        StringBuilder place = new StringBuilder();
        for (Polygon polygon : area.polygons()) {
            polygon.positions().forEach(p -> place.append(p.latitude())
                    .append(',')
                    .append(p.longitude())
                    .append(' '));
            place.append(';');
        }
        for (Circle circle : area.circles()) {
            Position centre = circle.centre();
            place.append(centre.latitude()).append(',').append(centre.longitude());
            place.append(' ').append(circle.radiusKm()).append(';');
        }
        area.geocodes().forEach(code -> place.append(code.valueName())
                .append('=')
                .append(code.value())
                .append(';'));
        return place.toString();
    }

    private static Circle circle(EventJson event, Point point) throws UnacceptableSubmission {
        double latitude = number(event, point.latitude(), -90, 90);
        double longitude = number(event, point.longitude(), -180, 180);
        double radius = point.radius() == null
                ? point.kilometres()
                : number(event, point.radius(), Double.MIN_VALUE, point.max());
        return new Circle(new Position(latitude, longitude), radius);
    }

    private static double number(EventJson event, Place place, double from, double to) throws UnacceptableSubmission {
        String text = event.text(place);
        try {
            double number = Double.parseDouble(text == null ? "" : text);
            if (number >= from && number <= to) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, with the place
        }
        throw event.bad(place, "a number between " + (from == Double.MIN_VALUE ? "0" : from) + " and " + to);
    }

    private static Polygon polygon(EventJson event, Place place) throws UnacceptableSubmission {
        JsonNode node = event.at(place);
        try {
            if (node.isTextual() && node.asText().length() <= MAX_POLYGON) {
                return MappedArea.polygon(new YamlNode("event", place.written(), node));
            }
        } catch (BadMappingFile e) {
            // said below; its sentence is for the writer of a file
        }
        throw event.bad(place, "a polygon as CAP writes it: at least four pairs lat,lon, the last equal to the first");
    }

    private static List<Value> geocodes(EventJson event, String name, Place place) throws UnacceptableSubmission {
        JsonNode node = event.at(place);
        List<Value> values = new ArrayList<>();
        if (node.isArray() && node.size() > MAX_GEOCODES) {
            throw event.bad(place, "at most " + MAX_GEOCODES + " values");
        }
        for (JsonNode one : node.isArray() ? node : List.of(node)) {
            String value = EventJson.bounded(one).strip();
            if (!value.isEmpty()) {
                values.add(new Value(name, value));
            }
        }
        return values;
    }
}
