package org.tocsin.intake.mapping;

/** {@code config/sensors.yaml}, or {@code config/events.yaml}, cannot be used. The message names file, key and remedy. */
public final class BadMappingFile extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public BadMappingFile(String file, String key, String remedy) {
        super(file + ": " + key + ": " + remedy);
    }
}
