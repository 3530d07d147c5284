package org.tocsin;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/**
 * Each package below {@code org.tocsin} is a module: no cycles, and nobody reaches into the inside of another. Left out
 * is the door itself: {@code main} starts the commands, and the command {@code serve} starts the application.
 */
class ModularityTest {
    @Test
    void theModulesKeepTheirBoundaries() {
        ApplicationModules.of(Tocsin.class, type(Tocsin.class)).verify();
    }
}
