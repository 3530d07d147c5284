package org.tocsin.intake;

/** {@code config/sensors.yaml}, or {@code config/events.yaml}, cannot be used. The message names file, key and remedy. */
public final class BadSensorFile extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    BadSensorFile(String file, String key, String remedy) {
        super(file + ": " + key + ": " + remedy);
    }
}
