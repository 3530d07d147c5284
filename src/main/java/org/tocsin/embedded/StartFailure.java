package org.tocsin.embedded;

import java.net.BindException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Why the hub did not start, in one line that names the file or key and the remedy. What nobody foresaw is named by
 * class and message; the stack is for {@code --debug}.
 */
public final class StartFailure {
    private static final int MAX_LENGTH = 600;
    /** As Spring and as Camel say it. */
    static final Pattern UNSET = Pattern.compile("(?:Could not resolve placeholder '|Property with key \\[)([\\w.-]+)");

    private StartFailure() {}

    /** @param environment when there was one: knows ports, and which values are secret */
    public static String explain(Throwable failure, @Nullable ConfigurableEnvironment environment) {
        List<Throwable> chain = chain(failure);
        String sentence = firstOf(chain, StartFailure::own)
                .or(() -> firstOf(chain, t -> port(t, environment)))
                .or(() -> firstOf(chain, t -> yaml(t, chain)))
                .or(() -> firstOf(chain, t -> binding(t)))
                .or(() -> firstOf(chain, StartFailure::database))
                .or(() -> firstOf(chain, t -> schema(t, environment)))
                .or(() -> RouteFailure.explain(chain, environment))
                .or(() -> firstOf(chain, StartFailure::unset))
                .orElseGet(() -> unforeseen(chain, environment));
        return oneLine(sentence);
    }

    public static String explain(Throwable failure) {
        return explain(failure, null);
    }

    /** {@code config/application.yaml, line 12: }, or nothing where the key alone says it. */
    static String place(@Nullable Origin origin) {
        if (origin instanceof PropertySourceOrigin source && source.getOrigin() != null) {
            return place(source.getOrigin());
        }
        return origin instanceof TextResourceOrigin text && text.getLocation() != null
                ? file(text.getResource()) + ", line " + (text.getLocation().getLine() + 1) + ": "
                : "";
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
        return t instanceof MarkedYAMLException broken
                ? BrokenYaml.sentence(BrokenYaml.fileOf(broken, chain), broken)
                : null;
    }

    private static @Nullable String binding(Throwable t) {
        if (t instanceof BindValidationException invalid) {
            return invalid.getValidationErrors().getAllErrors().stream()
                    .findFirst()
                    .map(e -> invalid.getValidationErrors().getName() + ": " + e.getDefaultMessage()
                            + ": correct it in config/application.yaml")
                    .orElse(null);
        }
        if (t instanceof org.springframework.boot.context.properties.bind.BindException bind) {
            var property = bind.getProperty();
            String place = property == null ? "" : place(property.getOrigin());
            String wanted = Optional.ofNullable(bind.getTarget().getType().getRawClass())
                    .map(Class::getSimpleName)
                    .orElse("value");
            return place + bind.getName() + ": its value is no " + wanted + ": correct it";
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
            case "28" ->
                "spring.datasource.username and spring.datasource.password: the database refuses them: correct"
                        + " them";
            case "3D" -> url + "named there does not exist: create it, or correct the name";
            case "53" ->
                url + "has no room for another connection (SQLSTATE " + state
                        + "): raise its max_connections, or lower spring.datasource.hikari.maximum-pool-size";
            case "57" -> url + "is starting or stopping: try again";
            // The message may hold values of a row.
            default -> url + "answered with SQLSTATE " + state + ": look into its log";
        };
    }

    private static @Nullable String schema(Throwable t, @Nullable ConfigurableEnvironment environment) {
        return t instanceof FlywayException
                ? "spring.datasource.url: the schema cannot be brought to this release (" + quote(t, environment)
                        + "): use the database with the release that made it, or an empty one"
                : null;
    }

    private static @Nullable String unset(Throwable t) {
        Matcher named = UNSET.matcher(String.valueOf(t.getMessage()));
        return t instanceof IllegalArgumentException && named.find()
                ? named.group(1) + " is set nowhere: set it in config/application.yaml or as "
                        + KnownKeys.variable(named.group(1))
                : null;
    }

    private static String unforeseen(List<Throwable> chain, @Nullable ConfigurableEnvironment environment) {
        Throwable root = chain.get(chain.size() - 1);
        return "Tocsin did not start: " + root.getClass().getName() + ": " + quote(root, environment)
                + ": start again with --debug for the whole story";
    }

    /** The first line of what another library says, without what must not be printed. */
    static String quote(Throwable t, @Nullable ConfigurableEnvironment environment) {
        String line = String.valueOf(t.getMessage()).strip().lines().findFirst().orElse("");
        return Redaction.of(line, environment);
    }

    static Optional<String> firstOf(List<Throwable> chain, Function<Throwable, @Nullable String> asked) {
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
