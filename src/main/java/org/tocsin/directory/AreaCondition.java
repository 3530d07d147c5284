package org.tocsin.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The conditions on contact {@code c} that say who lives in an area, in the forms that its index can or cannot use. */
final class AreaCondition {
    private final List<Outline> outlines;

    AreaCondition(Audience audience) {
        outlines = new ArrayList<>();
        audience.polygons().forEach(polygon -> outlines.addAll(Outline.of(polygon)));
        audience.circles().forEach(circle -> outlines.addAll(Outline.of(circle)));
    }

    /** Those in the boxes round the outlines, by the GiST index: an upper bound. */
    Sql candidates() {
        return any(o -> "c.position <@ box(point(?, ?), point(?, ?))", false);
    }

    /** Those inside, by the GiST index: for few. */
    Sql byIndex() {
        return any(o -> "c.position <@ box(point(?, ?), point(?, ?)) and " + o.exact(), true);
    }

    /** Those inside, for a walk in another order: hides the position from the planner; the costly test comes last. */
    Sql byWalk() {
        return any(
                o -> "case when c.position[0] >= ? and c.position[1] >= ? and c.position[0] <= ?"
                        + " and c.position[1] <= ? then " + o.exact() + " else false end",
                true);
    }

    private Sql any(Function<Outline, String> test, boolean exact) {
        List<Object> parameters = new ArrayList<>();
        for (Outline outline : outlines) {
            parameters.addAll(List.of(outline.west(), outline.south(), outline.east(), outline.north()));
            if (exact) {
                parameters.addAll(outline.parameters());
            }
        }
        return new Sql(
                outlines.stream().map(o -> "(" + test.apply(o) + ")").collect(Collectors.joining(" or ", "(", ")")),
                parameters);
    }

    /** A part of a statement with its positional parameters. */
    record Sql(String text, List<Object> parameters) {}
}
