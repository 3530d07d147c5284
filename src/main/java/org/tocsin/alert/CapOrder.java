package org.tocsin.alert;

import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one place that knows all elements of CAP 1.2 in the order of its schema, for every written form. */
final class CapOrder {
    private CapOrder() {}

    static void alert(Alert alert, CapSink out) {
        out.text("identifier", alert.identifier());
        out.text("sender", alert.sender());
        out.text("sent", CapTime.write(alert.sent()));
        out.text("status", alert.status().name());
        out.text("msgType", alert.msgType().name());
        out.text("source", alert.source());
        out.text("scope", alert.scope().name());
        out.text("restriction", alert.restriction());
        out.words("addresses", alert.addresses());
        out.texts("code", alert.codes());
        out.text("note", alert.note());
        out.words(
                "references", alert.references().stream().map(CapValues::write).toList());
        out.words("incidents", alert.incidents());
        out.groups("info", alert.infos(), info -> info(info, out));
    }

    private static void info(Info info, CapSink out) {
        out.text("language", info.language());
        out.texts("category", names(info.categories()));
        out.text("event", info.event());
        out.texts("responseType", names(info.responseTypes()));
        out.text("urgency", info.urgency().name());
        out.text("severity", info.severity().name());
        out.text("certainty", info.certainty().name());
        out.text("audience", info.audience());
        values("eventCode", info.eventCodes(), out);
        out.text("effective", time(info.effective()));
        out.text("onset", time(info.onset()));
        out.text("expires", time(info.expires()));
        out.text("senderName", info.senderName());
        out.text("headline", info.headline());
        out.text("description", info.description());
        out.text("instruction", info.instruction());
        out.text("web", info.web());
        out.text("contact", info.contact());
        values("parameter", info.parameters(), out);
        out.groups("resource", info.resources(), resource -> resource(resource, out));
        out.groups("area", info.areas(), area -> area(area, out));
    }

    private static void resource(Resource resource, CapSink out) {
        out.text("resourceDesc", resource.resourceDesc());
        out.text("mimeType", resource.mimeType());
        out.number("size", resource.size() == null ? null : Long.toString(resource.size()));
        out.text("uri", resource.uri());
        out.text("derefUri", resource.derefUri());
        out.text("digest", resource.digest());
    }

    private static void area(Area area, CapSink out) {
        out.text("areaDesc", area.areaDesc());
        out.texts("polygon", area.polygons().stream().map(CapValues::write).toList());
        out.texts("circle", area.circles().stream().map(CapValues::write).toList());
        values("geocode", area.geocodes(), out);
        out.number("altitude", decimal(area.altitude()));
        out.number("ceiling", decimal(area.ceiling()));
    }

    private static void values(String name, List<Value> values, CapSink out) {
        out.groups(name, values, value -> {
            out.text("valueName", value.valueName());
            out.present("value", value.value());
        });
    }

    private static List<String> names(List<? extends Enum<?>> constants) {
        return constants.stream().<String>map(Enum::name).toList();
    }

    private static @Nullable String time(@Nullable OffsetDateTime time) {
        return time == null ? null : CapTime.write(time);
    }

    private static @Nullable String decimal(@Nullable Double number) {
        return number == null ? null : CapValues.decimal(number);
    }
}
