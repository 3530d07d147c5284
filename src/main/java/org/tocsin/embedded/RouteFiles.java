package org.tocsin.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * The files in {@code tocsin.routes-dir}, as Camel is told of them: one by one. It does not look behind a link when it is
 * given a pattern (4.17), and where files are mounted by links, as Kubernetes does, a hub would start and hear nothing.
 */
public final class RouteFiles {
    static final String SUFFIX = ".camel.yaml";

    private RouteFiles() {}

    /** In the order of their names; none where {@code folder} is no folder. */
    public static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    /** What Camel's {@code routes-include-pattern} has to be. */
    public static String pattern(List<Path> files) {
        return files.stream().map(file -> "file:" + file).collect(Collectors.joining(","));
    }

    /** Unless somebody says otherwise. */
    static void tellCamel(ConfigurableEnvironment environment, List<Path> files) {
        environment
                .getPropertySources()
                .addLast(new MapPropertySource(
                        "route files", Map.of("camel.main.routes-include-pattern", pattern(files))));
    }
}
