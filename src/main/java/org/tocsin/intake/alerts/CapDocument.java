package org.tocsin.intake.alerts;

import java.nio.charset.StandardCharsets;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapJson;

/** The column {@code alert.cap}. */
public final class CapDocument {
    private CapDocument() {}

    public static String write(Alert alert) {
        return new String(CapJson.write(alert), StandardCharsets.UTF_8);
    }

    public static Alert read(String cap) {
        return CapJson.restore(cap.getBytes(StandardCharsets.UTF_8));
    }
}
