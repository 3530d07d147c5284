package org.tocsin.embedded;

import org.springframework.core.env.ConfigurableEnvironment;

/** Starts the stand-ins for the world outside, before any bean exists, and points the configuration at them. */
@FunctionalInterface
public interface DemoServers {

    /** @return stops them, after the hub has stopped */
    AutoCloseable start(ConfigurableEnvironment environment) throws Exception;
}
