package org.tocsin.bench;

import java.io.IOException;
import java.text.DecimalFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures of one part, in the order in which they were found, and how busy the machine was before it. */
final class Part {
    final String name;
    final double[] loadBefore;
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final Map<String, Aim> aims = new LinkedHashMap<>();
    private @Nullable String failure;

    Part(String name) throws IOException {
        this.name = name;
        this.loadBefore = ProcFs.load();
    }

    void put(String figure, Object value) {
        Object rounded = value instanceof Double number ? Math.round(number * 1000) / 1000.0 : value;
        figures.put(figure, rounded);
        System.out.println(name + " · " + figure.strip() + ": " + rounded);
    }

    /** What the project wants of it; a figure that misses is in bold, and fails nothing. */
    record Aim(boolean atLeast, double bound, boolean met) {
        @Override
        public String toString() {
            return (atLeast ? "at least " : "at most ") + new DecimalFormat("#.###").format(bound);
        }
    }

    void putAtLeast(String figure, double value, double aim) {
        aims.put(figure, new Aim(true, aim, value >= aim));
        put(figure, value);
    }

    void putAtMost(String figure, double value, double aim) {
        aims.put(figure, new Aim(false, aim, value <= aim));
        put(figure, value);
    }

    Map<String, Aim> aims() {
        return aims;
    }

    Map<String, Object> figures() {
        return figures;
    }

    void failed(Exception e) {
        failure = e.toString();
        System.out.println(name + " · FAILED: " + failure);
    }

    @Nullable
    String failure() {
        return failure;
    }
}
