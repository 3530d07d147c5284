package org.tocsin.embedded;

import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Reads what a deployment wrote, before any server is started for a hub that will not run: whoever mistyped something
 * is told in seconds, and a first database need not be made for it.
 */
@FunctionalInterface
public interface EarlyCheck {

    /** @throws RuntimeException that {@link StartFailure} explains */
    void check(ConfigurableEnvironment environment);
}
