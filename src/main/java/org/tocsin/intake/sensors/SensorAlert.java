package org.tocsin.intake.sensors;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Info;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Reference;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Status;
import org.tocsin.alert.Value;
import org.tocsin.intake.ledger.Sha256;
import org.tocsin.intake.mapping.PlaceholderText;
import org.tocsin.intake.sensors.SensorMapping.Level;

/**
 * The alert of an incident. Its identity comes from the incident, the episode and the level, and {@code sent} is the
 * time of the reading: the same reading again, or on another replica, is the same alert.
 */
final class SensorAlert {
    private SensorAlert() {}

    static Alert of(Reading reading, Incident incident, Level level, @Nullable Reference updates) {
        SensorMapping mapping = reading.mapping();
        List<Info> infos = new ArrayList<>();
        mapping.texts().forEach((language, text) -> infos.add(info(reading, level, language, text)));
        return new Alert(
                identifier(mapping, incident, level),
                mapping.sender(),
                reading.at().truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC),
                Status.Actual,
                updates == null ? MsgType.Alert : MsgType.Update,
                null,
                mapping.addresses().isEmpty() ? Scope.Public : Scope.Private,
                null,
                mapping.addresses(),
                List.of(),
                null,
                updates == null ? List.of() : List.of(updates),
                List.of(),
                infos);
    }

    private static String identifier(SensorMapping mapping, Incident incident, Level level) {
        String device = Sha256.hex(incident.key()).substring(0, 16);
        return mapping.name() + "-" + device + "-" + incident.episode() + "-" + level.severity();
    }

    private static Info info(Reading reading, Level level, String language, SensorMapping.Text text) {
        SensorMapping mapping = reading.mapping();
        OffsetDateTime expires = reading.arrived()
                .plus(mapping.expiresAfter())
                .truncatedTo(ChronoUnit.SECONDS)
                .atOffset(ZoneOffset.UTC);
        return new Info(
                language,
                List.of(mapping.category()),
                mapping.event(),
                List.of(),
                level.urgency(),
                level.severity(),
                level.certainty(),
                null,
                List.of(),
                null,
                null,
                expires,
                mapping.senderName(),
                fill(text.headline(), reading),
                fill(text.description(), reading),
                fill(text.instruction(), reading),
                null,
                null,
                mapping.restrictToArea() ? List.of(new Value("tocsin:audience", "intersect")) : List.of(),
                List.of(),
                mapping.areas());
    }

    private static @Nullable String fill(@Nullable PlaceholderText text, Reading reading) {
        if (text == null) {
            return null;
        }
        // Stripped, because CAP keeps no white space at the ends: what is stored must have the same content hash.
        String filled =
                text.fill(name -> reading.fields().getOrDefault(name, "")).strip();
        return filled.isEmpty() ? null : filled;
    }
}
