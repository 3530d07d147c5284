package org.tocsin.alert;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** CAP 1.2 {@code area}. {@code altitude} and {@code ceiling} in feet above mean sea level (WGS 84). */
public record Area(
        String areaDesc,
        List<Polygon> polygons,
        List<Circle> circles,
        List<Value> geocodes,
        @Nullable Double altitude,
        @Nullable Double ceiling) {

    public Area {
        polygons = List.copyOf(polygons);
        circles = List.copyOf(circles);
        geocodes = List.copyOf(geocodes);
    }
}
