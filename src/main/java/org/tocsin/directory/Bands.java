package org.tocsin.directory;

import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.operation.overlayng.RingClipper;
import org.postgresql.geometric.PGpoint;
import org.postgresql.geometric.PGpolygon;

/**
 * The test whether {@code c.position} is inside a ring, cut into bands of latitude: PostgreSQL looks at each edge of a
 * polygon for each position, and so only at those of the position's band.
 *
 * <p>It also takes for "on an edge" whatever makes less than 1e-6 with it, an area: of degrees, that was all of the box
 * round an edge of a hundred metres. So it is told of 1024ths of a degree, in which it is some centimetres.
 */
record Bands(String condition, List<Object> parameters) {
    private static final double SCALE = 1024;
    private static final String INSIDE = "c.position * point(1024, 0) <@ ?";

    private static final int CORNERS_OF_A_BAND = 32;
    private static final int MOST = 32;

    /** By which a band's ring is higher than the band: the edges where it is cut concern no position. Degrees. */
    private static final double MARGIN = 1e-6;

    private static final double FAR = 1_000;

    /** @param corners closed, longitudes and latitudes */
    static Bands of(Coordinate[] corners, double south, double north) {
        int number = Math.max(1, Math.min(MOST, corners.length / CORNERS_OF_A_BAND));
        StringBuilder condition = new StringBuilder("case ");
        List<Object> parameters = new ArrayList<>();
        double from = south;
        for (int band = 1; band < number; band++) {
            double to = south + (north - south) * band / number;
            condition.append("when c.position[1] < ? then ").append(INSIDE).append(' ');
            parameters.add(to);
            parameters.add(cut(corners, from, to));
            from = to;
        }
        parameters.add(cut(corners, from, north));
        return number == 1
                ? new Bands(INSIDE, parameters)
                : new Bands(
                        condition.append("else ").append(INSIDE).append(" end").toString(), parameters);
    }

    private static PGpolygon cut(Coordinate[] corners, double from, double to) {
        Coordinate[] ring = new RingClipper(new Envelope(-FAR, FAR, from - MARGIN, to + MARGIN)).clip(corners);
        PGpoint[] points = new PGpoint[ring.length - 1]; // PostgreSQL closes it
        for (int i = 0; i < points.length; i++) {
            points[i] = new PGpoint(ring[i].x * SCALE, ring[i].y * SCALE);
        }
        return new PGpolygon(points);
    }
}
