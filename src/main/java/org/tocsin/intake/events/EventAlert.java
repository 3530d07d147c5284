package org.tocsin.intake.events;

import java.time.Instant;
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
import org.tocsin.alert.ResponseType;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Status;
import org.tocsin.alert.Urgency;
import org.tocsin.alert.Value;
import org.tocsin.intake.ledger.Sha256;

/**
 * The alert of one step of an incident. Its identifier comes from the incident, its episode and the number of the step:
 * which step an event is, the incident's row says, so that the same event again is none.
 */
final class EventAlert {
    private EventAlert() {}

    static Alert opened(EventReport event, EventIncident incident) {
        return alert(
                event,
                incident,
                MsgType.Alert,
                null,
                infos(event, List.of(), event.meaning().severity()));
    }

    static Alert changed(EventReport event, EventIncident incident, @Nullable Reference former) {
        MsgType type = former == null ? MsgType.Alert : MsgType.Update;
        return alert(
                event,
                incident,
                type,
                former,
                infos(event, List.of(), event.meaning().severity()));
    }

    /** In its own words, to those who were told; or without words, and then those prepared with the alert are said. */
    static Alert closed(EventReport event, EventIncident incident, Reference former) {
        if (event.mapping().cancels()) {
            return alert(event, incident, MsgType.Cancel, former, List.of());
        }
        // As grave as what they were told of it: so it takes the same ways, and none is slower.
        Severity level = incident.level() == null ? event.meaning().severity() : incident.level();
        return alert(event, incident, MsgType.Update, former, infos(event, List.of(ResponseType.AllClear), level));
    }

    private static Alert alert(
            EventReport event, EventIncident incident, MsgType type, @Nullable Reference former, List<Info> infos) {
        EventMapping mapping = event.mapping();
        String which = Sha256.hex(incident.key()).substring(0, 16);
        return new Alert(
                mapping.name() + "-" + which + "-" + incident.episode() + "-" + incident.step(),
                mapping.sender(),
                seconds(event.at()),
                Status.Actual,
                type,
                null,
                event.addresses().isEmpty() ? Scope.Public : Scope.Private,
                null,
                event.addresses(),
                List.of(),
                null,
                former == null ? List.of() : List.of(former),
                List.of(),
                infos);
    }

    private static List<Info> infos(EventReport event, List<ResponseType> responses, Severity severity) {
        List<Info> infos = new ArrayList<>();
        event.texts().forEach((language, text) -> infos.add(info(event, language, text, responses, severity)));
        return infos;
    }

    private static Info info(
            EventReport event,
            String language,
            EventReport.Text text,
            List<ResponseType> responses,
            Severity severity) {
        EventReport.Meaning meaning = event.meaning();
        EventArea area = event.mapping().area();
        List<Value> parameters = new ArrayList<>(event.parameters());
        if (area != null && area.intersects()) {
            parameters.add(new Value("tocsin:audience", "intersect"));
        }
        return new Info(
                language,
                List.of(meaning.category()),
                meaning.event(),
                responses,
                responses.isEmpty() ? meaning.urgency() : Urgency.Past,
                severity,
                meaning.certainty(),
                null,
                List.of(),
                null,
                null,
                seconds(event.expires()),
                event.mapping().senderName(),
                text.headline(),
                text.description(),
                text.instruction(),
                event.web(),
                null,
                parameters,
                List.of(),
                event.areas());
    }

    private static OffsetDateTime seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC);
    }
}
