package org.tocsin.directory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.operation.valid.IsSimpleOp;
import org.tocsin.alert.Circle;
import org.tocsin.alert.Polygon;
import org.tocsin.alert.Position;

/**
 * A part of an area as PostgreSQL tests it: on the plane of longitude (x) and latitude (y), inside a box.
 *
 * @param exact the condition on {@code c.position} that decides, with {@code ?} for {@code parameters}
 */
record Outline(double west, double south, double east, double north, String exact, List<Object> parameters) {
    private static final double EARTH_RADIUS_KM = 6371.0088; // as in the function km_between

    private static final GeometryFactory PLANE = new GeometryFactory();

    /** Wider than the rounding of the box, narrower than anybody's position: about 10 cm. */
    private static final double MARGIN = 1e-6;

    /** Why it cannot be told who is inside, or empty. The sentence is for the sender of the alert. */
    static Optional<String> problem(Polygon polygon) {
        List<Position> ring = polygon.positions();
        if (!ring.stream().allMatch(Outline::isOnEarth)) {
            return Optional.of("a polygon has a position that is not on Earth");
        }
        if (ring.size() < 4 || !ring.get(0).equals(ring.get(ring.size() - 1))) {
            return Optional.of("a polygon is not a closed ring of at least four positions");
        }
        double[] longitudes = continuous(ring);
        double turn = longitudes[longitudes.length - 1] - longitudes[0];
        if (Math.abs(turn) > 180) {
            return Optional.of("a polygon goes round a pole: cut it along a meridian");
        }
        for (int i = 1; i < ring.size(); i++) {
            if (Math.abs(ring.get(i).longitude() - ring.get(i - 1).longitude()) > 360 - MARGIN) {
                return Optional.of("a polygon has an edge all round the Earth: cut it in two");
            }
        }
        // Who is inside such a one is a matter of taste: in a figure of eight, both loops or only one.
        return crossesItself(ring, longitudes) ? Optional.of("a polygon crosses or touches itself") : Optional.empty();
    }

    private static boolean crossesItself(List<Position> ring, double[] longitudes) {
        Coordinate[] corners = new Coordinate[longitudes.length];
        for (int i = 0; i < corners.length; i++) {
            corners[i] = new Coordinate(longitudes[i], ring.get(i).latitude());
        }
        // Closed to the last bit: summed up step by step, the last longitude may be off by a rounding.
        corners[corners.length - 1] = corners[0].copy();
        return !new IsSimpleOp(PLANE.createLinearRing(corners)).isSimple();
    }

    static Optional<String> problem(Circle circle) {
        if (!isOnEarth(circle.centre())) {
            return Optional.of("a circle has a centre that is not on Earth");
        }
        return circle.radiusKm() >= 0 // false for NaN too
                ? Optional.empty()
                : Optional.of("a circle has no radius");
    }

    /**
     * An edge goes the shorter way round, as it does on a map of the place. Where it crosses the antimeridian the ring
     * runs on beyond 180 degrees, and a copy shifted by a whole turn finds those on the other side.
     */
    static List<Outline> of(Polygon polygon) {
        List<Position> ring = polygon.positions();
        double[] longitudes = continuous(ring);
        double west = min(longitudes);
        double east = max(longitudes);
        double south = ring.stream().mapToDouble(Position::latitude).min().orElseThrow();
        double north = ring.stream().mapToDouble(Position::latitude).max().orElseThrow();
        List<Outline> outlines = new ArrayList<>();
        for (int shift = -360; shift <= 360; shift += 360) {
            if (west + shift <= 180 && east + shift >= -180) {
                Coordinate[] corners = new Coordinate[ring.size()];
                for (int i = 0; i < corners.length; i++) {
                    corners[i] =
                            new Coordinate(longitudes[i] + shift, ring.get(i).latitude());
                }
                Bands bands = Bands.of(corners, south, north);
                outlines.add(
                        new Outline(west + shift, south, east + shift, north, bands.condition(), bands.parameters()));
            }
        }
        return outlines;
    }

    static List<Outline> of(Circle circle) {
        double latitude = circle.centre().latitude();
        double longitude = circle.centre().longitude();
        double angle = circle.radiusKm() / EARTH_RADIUS_KM;
        double reach = Math.toDegrees(angle) + MARGIN;
        double south = latitude - reach;
        double north = latitude + reach;
        String exact = "km_between(c.position, ?, ?) <= ?";
        List<Object> parameters = List.of(longitude, latitude, circle.radiusKm());
        if (south <= -90 || north >= 90) {
            return List.of(new Outline(-180, Math.max(south, -90), 180, Math.min(north, 90), exact, parameters));
        }
        // the meridian that touches the circle, which is not at the centre's latitude
        double aside =
                Math.toDegrees(Math.asin(Math.min(1, Math.sin(angle) / Math.cos(Math.toRadians(latitude))))) + MARGIN;
        List<Outline> outlines = new ArrayList<>();
        for (int shift = -360; shift <= 360; shift += 360) {
            double west = longitude - aside + shift;
            double east = longitude + aside + shift;
            if (west <= 180 && east >= -180) {
                outlines.add(new Outline(west, south, east, north, exact, parameters));
            }
        }
        return outlines;
    }

    /** Longitudes without jumps: each at most half a turn from the one before. */
    private static double[] continuous(List<Position> ring) {
        double[] longitudes = new double[ring.size()];
        for (int i = 0; i < longitudes.length; i++) {
            double longitude = ring.get(i).longitude();
            if (i > 0) {
                double step = longitude - ring.get(i - 1).longitude();
                longitude = longitudes[i - 1] + (step > 180 ? step - 360 : step < -180 ? step + 360 : step);
            }
            longitudes[i] = longitude;
        }
        return longitudes;
    }

    private static boolean isOnEarth(@Nullable Position position) {
        return position != null
                && Math.abs(position.latitude()) <= 90 // false for NaN too
                && Math.abs(position.longitude()) <= 180;
    }

    private static double min(double[] values) {
        return Arrays.stream(values).min().orElseThrow();
    }

    private static double max(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }
}
