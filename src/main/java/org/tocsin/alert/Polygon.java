package org.tocsin.alert;

import java.util.List;

/** A closed ring, WGS 84: at least four positions, the first equal to the last. */
public record Polygon(List<Position> positions) {
    public Polygon {
        positions = List.copyOf(positions);
    }
}
