package org.tocsin.privacy;

import java.util.Objects;

/** A value that must never be printed. Spring Boot binds a string to it through {@link #of(String)}. */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = Objects.requireNonNull(value);
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The plain value: only for the call that needs it. */
    public String reveal() {
        return value;
    }

    public boolean isBlank() {
        return value.isBlank();
    }

    @Override
    public String toString() {
        return "<secret>";
    }
}
