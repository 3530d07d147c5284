package org.tocsin.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;

/** The storm governor as {@code config/application.yaml} has it; most hubs of tests have none, since they say the same often. */
public final class ShippedBrake {
    private ShippedBrake() {}

    /** Arguments of a hub. */
    public static String[] arguments() {
        try {
            PropertySource<?> shipped = new YamlPropertySourceLoader()
                    .load("shipped", new FileSystemResource("config/application.yaml"))
                    .get(0);
            return Stream.of("alerts", "one-cause", "identical-for")
                    .map(key -> "tocsin.intake.brake." + key)
                    .map(key -> "--" + key + "=" + shipped.getProperty(key))
                    .toArray(String[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
