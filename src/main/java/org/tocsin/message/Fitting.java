package org.tocsin.message;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Shortens what an alert says until its form fits a channel: always in the same order, and no more than needed. */
final class Fitting {

    /** How short a value may become in this step; one that is shorter already is left alone. */
    private record Step(Variable variable, int floor) {}

    /**
     * The long words first, and of them as much as it takes; then the others down to a length that still says
     * something. The last lines are for texts that can only be hostile. Code, times and severity are never shortened.
     */
    private static final List<Step> ORDER = List.of(
            new Step(Variable.DESCRIPTION, 0),
            new Step(Variable.INSTRUCTION, 100),
            new Step(Variable.WEB, 0),
            new Step(Variable.CONTACT, 0),
            new Step(Variable.HEADLINE, 60),
            new Step(Variable.INSTRUCTION, 40),
            new Step(Variable.AREA, 40),
            new Step(Variable.SOURCE, 30),
            new Step(Variable.EVENT, 30),
            new Step(Variable.HEADLINE, 0),
            new Step(Variable.INSTRUCTION, 0),
            new Step(Variable.AREA, 0),
            new Step(Variable.SOURCE, 0),
            new Step(Variable.EVENT, 0));

    private Fitting() {}

    static Map<Variable, String> fit(
            Map<Variable, String> values, Predicate<Map<Variable, String>> fits, String ellipsis) {
        var fitted = new EnumMap<>(values);
        for (Step step : ORDER) {
            if (fits.test(fitted)) {
                return fitted;
            }
            String value = fitted.getOrDefault(step.variable, "");
            if (value.length() > step.floor) {
                shorten(fitted, step, value, fits, ellipsis);
            }
        }
        return fitted;
    }

    private static void shorten(
            EnumMap<Variable, String> fitted,
            Step step,
            String value,
            Predicate<Map<Variable, String>> fits,
            String ellipsis) {
        int fitting = step.floor;
        fitted.put(step.variable, cut(step, value, fitting, ellipsis));
        if (!fits.test(fitted)) {
            return;
        }
        for (int tooLong = value.length(); tooLong - fitting > 1; ) {
            int middle = (fitting + tooLong) >>> 1;
            fitted.put(step.variable, cut(step, value, middle, ellipsis));
            if (fits.test(fitted)) {
                fitting = middle;
            } else {
                tooLong = middle;
            }
        }
        fitted.put(step.variable, cut(step, value, fitting, ellipsis));
    }

    private static String cut(Step step, String value, int keep, String ellipsis) {
        // Half a link is none.
        return step.variable == Variable.WEB ? "" : PlainText.cut(value, keep, ellipsis);
    }
}
