package org.tocsin.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;

/** Which route file stopped the start. Camel's exceptions are known by name: only the package routing imports Camel. */
final class RouteFailure {
    /** {@code in file:routes/b.camel.yaml, line 1, column 48:} */
    private static final Pattern PLACE =
            Pattern.compile(" in (?:file:)?([\\w./\\\\-]+\\.ya?ml), line (\\d+), column (\\d+)");
    /** A route's id is the name of its file. */
    private static final Pattern ID =
            Pattern.compile("(?:Failed to (?:create|start) route:?|Route\\(|route: )\\s*([\\w-]{1,80})");

    private RouteFailure() {}

    static Optional<String> explain(List<Throwable> chain, @Nullable ConfigurableEnvironment environment) {
        if (chain.stream().noneMatch(t -> t.getClass().getName().startsWith("org.apache.camel."))) {
            return Optional.empty();
        }
        String where = StartFailure.firstOf(chain, RouteFailure::place)
                .or(() -> StartFailure.firstOf(chain, t -> file(t, environment)))
                .orElse("A file in routes/");
        Throwable root = chain.get(chain.size() - 1);
        Matcher unset = StartFailure.UNSET.matcher(String.valueOf(root.getMessage()));
        if (unset.find()) {
            return Optional.of(where + ": the key " + unset.group(1)
                    + " is set nowhere: set it in config/application.yaml or as " + KnownKeys.variable(unset.group(1)));
        }
        return Optional.of(where + ": " + StartFailure.quote(root, environment) + " ("
                + root.getClass().getSimpleName() + "): correct that route");
    }

    private static @Nullable String place(Throwable t) {
        Matcher place = PLACE.matcher(String.valueOf(t.getMessage()));
        return place.find() ? place.group(1) + ", line " + place.group(2) + ", column " + place.group(3) : null;
    }

    private static @Nullable String file(Throwable t, @Nullable ConfigurableEnvironment environment) {
        Matcher id = ID.matcher(String.valueOf(t.getMessage()));
        if (!id.find()) {
            return null;
        }
        String folder = environment == null ? "routes" : environment.getProperty("tocsin.routes-dir", "routes");
        Path file = Path.of(folder, id.group(1) + RouteFiles.SUFFIX);
        return Files.exists(file) ? file.toString() : "The route " + id.group(1) + " in " + folder;
    }
}
