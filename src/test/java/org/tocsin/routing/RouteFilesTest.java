package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.DefaultRoutesCollector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.embedded.RouteFiles;

/** Route files as Kubernetes mounts them: links to files in a folder that is a link too. */
class RouteFilesTest {
    private static final String ROUTE = """
            - route:
                id: %s
                from:
                  uri: direct:%s
                  steps:
                    - log: heard
            """;

    @Test
    void routesBehindLinksAreLoaded(@TempDir Path folder) throws Exception {
        Path version = Files.createDirectories(folder.resolve("mount one/..2026"));
        Files.writeString(version.resolve("intake-a.camel.yaml"), ROUTE.formatted("a", "a"));
        Files.writeString(version.resolve("intake-b.camel.yaml"), ROUTE.formatted("b", "b"));
        Path data = Files.createSymbolicLink(version.resolveSibling("..data"), version);
        for (String file : List.of("intake-a.camel.yaml", "intake-b.camel.yaml")) {
            Files.createSymbolicLink(data.resolveSibling(file), data.resolve(file));
        }
        Path routes = Files.createSymbolicLink(folder.resolve("routes"), data.getParent());

        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            for (RoutesBuilder routesOfAFile : new DefaultRoutesCollector()
                    .collectRoutesFromDirectory(camel, null, RouteFiles.pattern(RouteFiles.in(routes)))) {
                camel.addRoutes(routesOfAFile);
            }
            camel.start();
            assertThat(camel.getRoutes())
                    .extracting(route -> route.getRouteId())
                    .containsExactlyInAnyOrder("a", "b");
        }
    }
}
