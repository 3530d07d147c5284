package org.tocsin.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.directory.DirectoryFixture.alert;
import static org.tocsin.directory.DirectoryFixture.area;
import static org.tocsin.directory.DirectoryFixture.in;
import static org.tocsin.directory.DirectoryFixture.polygon;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.geom.Polygon;

/** Who lives inside a jagged outline, and not beside it: judged by JTS, position by position. */
class ManyCornersTest {
    private static final GeometryFactory PLANE = new GeometryFactory();
    private static final double LATITUDE = 45;
    private static final double LONGITUDE = 4;
    private static final int PEOPLE = 500;
    /** Degrees, about 10 cm: nobody's position is known better. */
    private static final double CLOSE = 1e-6;

    private static final DirectoryFixture fixture = new DirectoryFixture();

    @AfterAll
    static void close() {
        fixture.close();
    }

    /** Radii in degrees; one of 0.0005 is 50 m, as of a large building. */
    @ParameterizedTest
    @CsvSource({"5, 0.0005", "12, 0.0005", "40, 0.002", "64, 0.01", "333, 0.01", "1000, 0.05", "1000, 5", "4000, 0.5"})
    void areToldAndNobodyBesideIt(int corners, double radius) {
        Random random = new Random(corners);
        Coordinate[] ring = jagged(corners, radius, random);
        Polygon area = PLANE.createPolygon(ring);
        List<String> rows = new ArrayList<>();
        List<String> inside = new ArrayList<>();
        fixture.clear();
        while (rows.size() < PEOPLE) {
            double longitude = rounded(LONGITUDE + radius * 1.2 * (2 * random.nextDouble() - 1));
            double latitude = rounded(LATITUDE + radius * 1.2 * (2 * random.nextDouble() - 1));
            Point home = PLANE.createPoint(new Coordinate(longitude, latitude));
            if (area.getExteriorRing().distance(home) > CLOSE) {
                String id = "p" + rows.size();
                rows.add(String.format(
                        Locale.ROOT, "%s,P,en,,%s@example.org,,%.6f,%.6f,email", id, id, latitude, longitude));
                if (area.contains(home)) {
                    inside.add(id);
                }
            }
        }
        fixture.rows(rows.toArray(String[]::new));
        StringJoiner pairs = new StringJoiner(" ");
        for (Coordinate corner : ring) {
            pairs.add(String.format(Locale.ROOT, "%.7f,%.7f", corner.y, corner.x));
        }

        Audience audience = fixture.directory.audience(alert(List.of(), in(area(polygon(pairs.toString())))));

        assertThat(inside).hasSizeBetween(PEOPLE / 4, PEOPLE);
        assertThat(fixture.idsOf(audience)).containsExactlyInAnyOrderElementsOf(inside);
        assertThat(fixture.directory.count(audience)).isEqualTo(inside.size());
    }

    /** Every other corner farther out. */
    private static Coordinate[] jagged(int corners, double radius, Random random) {
        Coordinate[] ring = new Coordinate[corners + 1];
        for (int i = 0; i < corners; i++) {
            double angle = 2 * Math.PI * i / corners;
            double reach = radius * (i % 2 == 0 ? 0.9 : 1.1) * (0.99 + 0.02 * random.nextDouble());
            ring[i] = new Coordinate(
                    rounded(LONGITUDE + reach * Math.cos(angle)), rounded(LATITUDE + reach * Math.sin(angle)));
        }
        ring[corners] = ring[0].copy();
        return ring;
    }

    private static double rounded(double degrees) {
        return Math.round(degrees * 1e6) / 1e6;
    }
}
