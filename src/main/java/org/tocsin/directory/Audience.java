package org.tocsin.directory;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Circle;
import org.tocsin.alert.Polygon;
import org.tocsin.alert.Position;

/**
 * Whom an alert concerns, before anybody is looked up. Stored with the alert as JSON.
 *
 * @param groups group names and {@code contacts} contact ids of the file that {@code addresses} named exactly
 * @param unknown words of {@code addresses} that are neither: never ignored, shown to the operator
 * @param restrictToArea true only for {@code tocsin:audience} = {@code intersect}
 * @param reason why it is nobody by construction, else null
 */
public record Audience(
        Set<String> groups,
        Set<String> contacts,
        List<String> unknown,
        List<Polygon> polygons,
        List<Circle> circles,
        boolean restrictToArea,
        @Nullable String reason) {

    public Audience {
        groups = Collections.unmodifiableSet(new LinkedHashSet<>(groups));
        contacts = Collections.unmodifiableSet(new LinkedHashSet<>(contacts));
        unknown = List.copyOf(unknown);
        polygons = List.copyOf(polygons);
        circles = List.copyOf(circles);
    }

    /** The same without groups: for addresses that are known to be contact ids, whatever groups are called. */
    public Audience contactsOnly() {
        return new Audience(Set.of(), contacts, unknown, polygons, circles, restrictToArea, reason);
    }

    /** The same with latitude and longitude exchanged, as some senders write them; nobody where that is nowhere. */
    public Audience swapped() {
        if (polygons.isEmpty() && circles.isEmpty()) {
            return nobody(List.of(), "no area");
        }
        Audience swapped = new Audience(
                groups,
                contacts,
                unknown,
                polygons.stream()
                        .map(p -> new Polygon(
                                p.positions().stream().map(Audience::swapped).toList()))
                        .toList(),
                circles.stream()
                        .map(c -> new Circle(swapped(c.centre()), c.radiusKm()))
                        .toList(),
                restrictToArea,
                null);
        return AudienceReader.problem(swapped.polygons, swapped.circles)
                .map(problem -> nobody(List.of(), problem))
                .orElse(swapped);
    }

    private static Position swapped(Position position) {
        return new Position(position.longitude(), position.latitude());
    }

    /** By construction: the alert is to be held with that reason. */
    static Audience nobody(List<String> unknown, String reason) {
        return new Audience(Set.of(), Set.of(), unknown, List.of(), List.of(), false, reason);
    }
}
