package org.tocsin.intake.admission;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.tocsin.alert.Alert;
import org.tocsin.alert.MsgType;

/** The Cancel that an operator's one click stands for. */
final class Cancels {
    private Cancels() {}

    /** In the name of the original's sender, without words of its own: those prepared with the original are said. */
    static Alert of(Alert original, Instant now) {
        return new Alert(
                "cancel-" + original.identifier(),
                original.sender(),
                now.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC),
                original.status(),
                MsgType.Cancel,
                null,
                original.scope(),
                original.restriction(),
                original.addresses(),
                List.of(),
                null,
                List.of(original.reference()),
                List.of(),
                List.of());
    }
}
