package org.tocsin.cli;

import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Keeps Spring Boot from printing a stack trace for a start that {@link ServeCommand} explains in one line. Listed in
 * {@code META-INF/spring.factories}; silent unless that command runs, so that tests see everything.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class OneLineFailures implements SpringBootExceptionReporter {
    private static volatile boolean here;

    OneLineFailures(ConfigurableApplicationContext context) {
        // the form that Spring Boot wants
    }

    static void reportHere(boolean yes) {
        here = yes;
    }

    @Override
    public boolean reportException(Throwable failure) {
        return here;
    }
}
