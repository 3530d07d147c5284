package org.tocsin.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** What can be found wrong in a second, before servers are started for a hub that will not run. */
final class Preflight {
    private final ConfigurableEnvironment environment;

    Preflight(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    /** @throws RuntimeException that {@link StartFailure} explains */
    HubSettings check() {
        Binder binder = Binder.get(environment);
        HubSettings hub = binder.bindOrCreate("tocsin", HubSettings.class);
        Path routes = Path.of(hub.routesDir());
        RouteFiles.tellCamel(environment, requireRoutes(routes)); // before the keys, since routes name some
        KnownKeys keys = new KnownKeys(Preflight.class.getClassLoader(), routes);
        keys.check(environment);
        for (Class<?> settings : keys.settings()) {
            binder.bindOrCreate(
                    settings.getAnnotation(ConfigurationProperties.class).value(), settings);
        }
        requirePostgres();
        requireFree("server.port", 8080);
        requireFree("management.server.port", 8081);
        return hub;
    }

    /** Camel starts without a word when a pattern of route files matches none: a hub that hears nothing. */
    private static List<Path> requireRoutes(Path folder) {
        List<Path> routes;
        try {
            routes = RouteFiles.in(folder);
        } catch (IOException e) {
            throw new StartRefused(
                    "tocsin.routes-dir: " + folder.toAbsolutePath()
                            + " cannot be read: check the rights of that folder",
                    e);
        }
        if (routes.isEmpty()) {
            throw new StartRefused("tocsin.routes-dir: there are no routes (*.camel.yaml) in "
                    + folder.toAbsolutePath().normalize()
                    + ": start in the folder that holds config/ and routes/, or name that folder");
        }
        routes.forEach(Preflight::requireYaml);
        return routes;
    }

    private static void requireYaml(Path file) {
        try {
            new Yaml(new LoaderOptions())
                    .parse(new java.io.StringReader(Files.readString(file)))
                    .forEach(event -> {});
        } catch (MarkedYAMLException e) {
            throw new StartRefused(BrokenYaml.sentence(file.toString(), e), e);
        } catch (IOException e) {
            throw new StartRefused(
                    file + " cannot be read (" + e.getClass().getSimpleName()
                            + "): check its rights, and that it is UTF-8",
                    e);
        }
    }

    private void requirePostgres() {
        String url = environment.getProperty("spring.datasource.url");
        if (StringUtils.hasText(url) && !url.startsWith("jdbc:postgresql:") && !url.startsWith("jdbc:tc:")) {
            throw new StartRefused("spring.datasource.url names no PostgreSQL: it must begin with jdbc:postgresql://;"
                    + " leave it out for the embedded one");
        }
    }

    private void requireFree(String key, int otherwise) {
        int port = Binder.get(environment).bind(key, Integer.class).orElse(otherwise);
        String address = environment.getProperty(key.replace("port", "address"), "127.0.0.1");
        if (port <= 0) {
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, port));
        } catch (IOException | IllegalArgumentException e) {
            throw new StartRefused(
                    key + ": port " + port + " of " + address
                            + " is taken by another program or may not be opened: free it, or set " + key
                            + " to another",
                    e);
        }
    }
}
