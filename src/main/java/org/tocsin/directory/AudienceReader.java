package org.tocsin.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Area;
import org.tocsin.alert.Circle;
import org.tocsin.alert.Polygon;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Value;

/**
 * What an alert says about whom it concerns. A missing, unknown or doubtful target means nobody, with a reason; it
 * never means more people than were named.
 */
final class AudienceReader {
    static final String PARAMETER = "tocsin:audience";
    static final String INTERSECT = "intersect";

    private AudienceReader() {}

    /** The audience before its words are looked up: all of them are in {@code unknown}. */
    static Audience read(Alert alert) {
        List<String> modes = alert.infos().stream()
                .flatMap(info -> info.parameters().stream())
                .filter(parameter -> parameter.valueName().equals(PARAMETER))
                .map(Value::value)
                .distinct()
                .toList();
        List<String> words = alert.addresses().stream()
                .filter(word -> !word.isBlank())
                .distinct()
                .toList();
        List<Area> areas =
                alert.infos().stream().flatMap(info -> info.areas().stream()).toList();
        List<Polygon> polygons =
                areas.stream().flatMap(a -> a.polygons().stream()).distinct().toList();
        List<Circle> circles =
                areas.stream().flatMap(a -> a.circles().stream()).distinct().toList();
        boolean hasArea = !polygons.isEmpty() || !circles.isEmpty();
        boolean intersect = modes.contains(INTERSECT);

        if (!modes.stream().allMatch(INTERSECT::equals)) {
            return Audience.nobody(words, "the parameter " + PARAMETER + " can only be " + INTERSECT);
        }
        if (intersect && (words.isEmpty() || !hasArea)) {
            return Audience.nobody(
                    words, PARAMETER + " = " + INTERSECT + " needs both: addresses, and a polygon or circle");
        }
        if (words.isEmpty() && !hasArea) {
            return Audience.nobody(words, "neither addresses nor a polygon or circle");
        }
        if (words.isEmpty() && alert.scope() != Scope.Public) {
            // CAP 1.2, scope: Private is for the addresses alone, Restricted for those whom its restriction names.
            return Audience.nobody(words, "its scope is " + alert.scope() + ", and it has no addresses");
        }
        if (!words.isEmpty() && !intersect) {
            return new Audience(Set.of(), Set.of(), words, List.of(), List.of(), false, null);
        }
        return problem(polygons, circles)
                .map(problem -> Audience.nobody(words, problem))
                .orElseGet(() -> new Audience(Set.of(), Set.of(), words, polygons, circles, intersect, null));
    }

    static Optional<String> problem(List<Polygon> polygons, List<Circle> circles) {
        List<String> problems = new ArrayList<>();
        polygons.forEach(polygon -> Outline.problem(polygon).ifPresent(problems::add));
        circles.forEach(circle -> Outline.problem(circle).ifPresent(problems::add));
        return problems.stream().findFirst();
    }
}
