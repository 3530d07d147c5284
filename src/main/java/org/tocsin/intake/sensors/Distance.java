package org.tocsin.intake.sensors;

import org.tocsin.alert.Position;

/** Along a great circle of a sphere, by haversine: within 0.6 % of the way on the ellipsoid. */
final class Distance {
    private static final double EARTH_RADIUS_KM = 6371.0088;

    private Distance() {}

    static double km(Position from, Position to) {
        double north = Math.toRadians(to.latitude() - from.latitude());
        double east = Math.toRadians(to.longitude() - from.longitude());
        double half = Math.pow(Math.sin(north / 2), 2)
                + Math.cos(Math.toRadians(from.latitude()))
                        * Math.cos(Math.toRadians(to.latitude()))
                        * Math.pow(Math.sin(east / 2), 2);
        return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(half)));
    }
}
