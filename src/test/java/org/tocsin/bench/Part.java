package org.tocsin.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures of one part, in the order in which they were found, and how busy the machine was before it. */
final class Part {
    final String name;
    final double[] loadBefore;
    private final Map<String, Object> figures = new LinkedHashMap<>();
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
