package org.tocsin.embedded;

import java.net.BindException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Why the hub did not start, in one line that names the file or key and the remedy. What nobody foresaw is named by
 * class and message; the stack is for {@code --debug}.
 */
public final class StartFailure {
    private static final int MAX_LENGTH = 600;

    private StartFailure() {}

    /** @param environment when there was one: knows ports, and which values are secret */
    public static String explain(Throwable failure, @Nullable ConfigurableEnvironment environment) {
        List<Throwable> chain = chain(failure);
        String sentence = firstOf(chain, StartFailure::own)
                .or(() -> firstOf(chain, t -> port(t, environment)))
                .or(() -> firstOf(chain, t -> yaml(t, chain)))
                .or(() -> firstOf(chain, t -> binding(t, chain)))
                .or(() -> firstOf(chain, StartFailure::database))
                .or(() -> firstOf(chain, StartFailure::schema))
                .or(() -> routes(chain))
                .orElseGet(() -> unforeseen(chain));
        return oneLine(Redaction.of(sentence, environment));
    }

    public static String explain(Throwable failure) {
        return explain(failure, null);
    }

    /** {@code config/application.yaml, line 12}. */
    static String place(Origin origin) {
        TextResourceOrigin text = origin instanceof TextResourceOrigin t ? t : null;
        if (text == null || text.getLocation() == null) {
            return Objects.toString(origin);
        }
        return file(text.getResource()) + ", line " + (text.getLocation().getLine() + 1);
    }

    private static String file(@Nullable Resource resource) {
        if (resource instanceof FileSystemResource file) {
            return Path.of(file.getPath()).normalize().toString();
        }
        String description = resource == null ? "configuration" : resource.getDescription();
        return description.replaceFirst("^.*\\[(?:file:)?(?:\\./)?([^\\]]+)\\].*$", "$1");
    }

    private static @Nullable String own(Throwable t) {
        if (t instanceof Explained explained) {
            return explained.sentence();
        }
        // What this code throws is written for a person; so is what a settings record says of its own key.
        String message = t.getMessage();
        boolean ours = t.getClass().getName().startsWith("org.tocsin.");
        boolean setting = t instanceof IllegalArgumentException && message != null && message.startsWith("tocsin.");
        return message != null && (ours || setting) ? message : null;
    }

    private static @Nullable String port(Throwable t, @Nullable ConfigurableEnvironment environment) {
        if (t instanceof PortInUseException taken) {
            String management = environment == null ? null : environment.getProperty("management.server.port");
            boolean second = Integer.toString(taken.getPort()).equals(management);
            String key = second ? "management.server.port" : "server.port";
            return key + ": port " + taken.getPort() + " is taken by another program: free it, or set " + key
                    + " to another";
        }
        return t instanceof BindException
                ? "A port is taken by another program, or its address is not of this machine (" + t.getMessage()
                        + "): set server.port, management.server.port or server.address to another"
                : null;
    }

    private static @Nullable String yaml(Throwable t, List<Throwable> chain) {
        if (!(t instanceof MarkedYAMLException broken)) {
            return null;
        }
        Mark mark = broken.getProblemMark();
        String line = mark == null ? "" : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
        return BrokenYaml.fileOf(broken, chain) + line + " is not YAML (" + broken.getProblem()
                + "): correct it; indentation and quotes are the usual causes";
    }

    private static @Nullable String binding(Throwable t, List<Throwable> chain) {
        if (t instanceof BindValidationException invalid) {
            return invalid.getValidationErrors().getAllErrors().stream()
                    .findFirst()
                    .map(e -> invalid.getValidationErrors().getName() + ": " + e.getDefaultMessage()
                            + ": correct it in config/application.yaml")
                    .orElse(null);
        }
        if (t instanceof org.springframework.boot.context.properties.bind.BindException bind) {
            var property = bind.getProperty();
            String place = property == null || property.getOrigin() == null ? "" : place(property.getOrigin()) + ": ";
            String wanted = Optional.ofNullable(bind.getTarget().getType().getRawClass())
                    .map(Class::getSimpleName)
                    .orElse("value");
            return place + bind.getName() + ": its value is no " + wanted + ": correct it";
        }
        if (t instanceof IllegalArgumentException && String.valueOf(t.getMessage()).startsWith("Could not resolve placeholder")) {
            String name = t.getMessage().replaceFirst("^[^']*'([^':]+).*$", "$1");
            return name + " is used in the configuration or a route and set nowhere: set it in config/application.yaml or as "
                    + KnownKeys.variable(name);
        }
        return null;
    }

    private static @Nullable String database(Throwable t) {
        if (!(t instanceof SQLException sql) || sql.getSQLState() == null) {
            return null;
        }
        String state = sql.getSQLState();
        String url = "spring.datasource.url: the database ";
        return switch (state.substring(0, 2)) {
            case "08" -> url + "does not answer: start it, or correct host and port";
            case "28" -> "spring.datasource.username and spring.datasource.password: the database refuses them: correct"
                    + " them";
            case "3D" -> url + "named there does not exist: create it, or correct the name";
            case "53" -> url + "has no room for another connection (SQLSTATE " + state
                    + "): raise its max_connections, or lower spring.datasource.hikari.maximum-pool-size";
            case "57" -> url + "is starting or stopping: try again";
            // The message may hold values of a row.
            default -> url + "answered with SQLSTATE " + state + ": look into its log";
        };
    }

    private static @Nullable String schema(Throwable t) {
        return t instanceof FlywayException
                ? "spring.datasource.url: the schema cannot be brought to this release (" + firstLine(t)
                        + "): use the database with the release that made it, or an empty one"
                : null;
    }

    /** By name, since only the package routing knows Camel's classes. */
    private static Optional<String> routes(List<Throwable> chain) {
        if (chain.stream().noneMatch(t -> t.getClass().getName().startsWith("org.apache.camel."))) {
            return Optional.empty();
        }
        String id = firstOf(chain, t -> t.getClass().getSimpleName().startsWith("FailedTo")
                        ? String.valueOf(t.getMessage()).replaceFirst("(?s)^.*?route:? ?'?([\\w-]+).*$", "$1")
                        : null)
                .filter(found -> found.matches("[\\w-]{1,80}"))
                .map(found -> "route " + found + " ")
                .orElse("a file of that folder ");
        Throwable root = chain.get(chain.size() - 1);
        return Optional.of("routes/: " + id + "is wrong (" + root.getClass().getSimpleName() + ": " + firstLine(root)
                + "): correct it");
    }

    private static String unforeseen(List<Throwable> chain) {
        Throwable root = chain.get(chain.size() - 1);
        return "Tocsin did not start: " + root.getClass().getName() + ": " + firstLine(root)
                + ": start again with --debug for the whole story";
    }

    private static String firstLine(Throwable t) {
        return String.valueOf(t.getMessage()).strip().lines().findFirst().orElse("");
    }

    private static Optional<String> firstOf(List<Throwable> chain, Function<Throwable, @Nullable String> asked) {
        return chain.stream().map(asked).filter(Objects::nonNull).findFirst();
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = failure; t != null && chain.size() < 50 && !chain.contains(t); t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }

    private static String oneLine(String sentence) {
        String line = sentence.replaceAll("\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
    }
}
