package org.tocsin.intake;

import java.nio.charset.StandardCharsets;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapJson;

/** The column {@code alert.cap}. */
final class CapDocument {
    private CapDocument() {}

    static String write(Alert alert) {
        return new String(CapJson.write(alert), StandardCharsets.UTF_8);
    }

    static Alert read(String cap) {
        return CapJson.restore(cap.getBytes(StandardCharsets.UTF_8));
    }
}
