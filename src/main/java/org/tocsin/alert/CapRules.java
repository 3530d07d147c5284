package org.tocsin.alert;

import java.util.List;
import java.util.Set;

/**
 * What CAP 1.2 asks of an alert, the same for XML and JSON. The order of elements is not among it: readers take any.
 *
 * <p>Not asked here, because holding such an alert for a person is better than refusing it: addresses of a Private
 * alert, an area, the references of an Update.
 */
final class CapRules {
    private static final String DEFAULT_LANGUAGE = "en-US";

    private static final Set<String> ALERT = Set.of(
            "identifier",
            "sender",
            "sent",
            "status",
            "msgType",
            "source",
            "scope",
            "restriction",
            "addresses",
            "code",
            "note",
            "references",
            "incidents",
            "info");
    private static final Set<String> INFO = Set.of(
            "language",
            "category",
            "event",
            "responseType",
            "urgency",
            "severity",
            "certainty",
            "audience",
            "eventCode",
            "effective",
            "onset",
            "expires",
            "senderName",
            "headline",
            "description",
            "instruction",
            "web",
            "contact",
            "parameter",
            "resource",
            "area");
    private static final Set<String> RESOURCE = Set.of("resourceDesc", "mimeType", "size", "uri", "derefUri", "digest");
    private static final Set<String> AREA = Set.of("areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling");

    private CapRules() {}

    /** @throws CapProblem with every violation in the document */
    static Alert alert(RawNode.Group document) throws CapProblem {
        Violations violations = new Violations();
        Fields fields = new Fields("", document, ALERT, violations);
        Alert alert = new Alert(
                fields.requiredName("identifier"),
                fields.requiredName("sender"),
                fields.requiredTime("sent"),
                fields.requiredConstant("status", Status.class),
                fields.requiredConstant("msgType", MsgType.class),
                fields.text("source"),
                fields.requiredConstant("scope", Scope.class),
                fields.text("restriction"),
                fields.words("addresses"),
                fields.texts("code"),
                fields.text("note"),
                fields.references("references"),
                fields.words("incidents"),
                fields.groups("info", INFO).stream().map(CapRules::info).toList());
        together(alert, fields);
        violations.throwIfAny();
        return alert;
    }

    private static void together(Alert alert, Fields fields) {
        if (!fields.says("msgType", alert.msgType())) {
            return; // a placeholder
        }
        switch (alert.msgType()) {
            case Alert, Update -> {
                if (!fields.has("info")) {
                    fields.report("info", "at least one info: only Cancel, Ack and Error may come without");
                }
            }
            case Cancel -> {
                if (!fields.has("references")) {
                    fields.report("references", "required in a Cancel: what it cancels");
                }
            }
            case Ack, Error -> {}
        }
    }

    private static Info info(Fields fields) {
        List<Category> categories = fields.constants("category", Category.class);
        if (!fields.has("category")) {
            fields.report("category", "required: " + CapValues.choices(Category.class));
        }
        return new Info(
                fields.language("language", DEFAULT_LANGUAGE),
                categories,
                fields.requiredText("event"),
                fields.constants("responseType", ResponseType.class),
                fields.requiredConstant("urgency", Urgency.class),
                fields.requiredConstant("severity", Severity.class),
                fields.requiredConstant("certainty", Certainty.class),
                fields.text("audience"),
                fields.values("eventCode"),
                fields.time("effective"),
                fields.time("onset"),
                fields.time("expires"),
                fields.text("senderName"),
                fields.text("headline"),
                fields.text("description"),
                fields.text("instruction"),
                fields.text("web"),
                fields.text("contact"),
                fields.values("parameter"),
                fields.groups("resource", RESOURCE).stream()
                        .map(CapRules::resource)
                        .toList(),
                fields.groups("area", AREA).stream().map(CapRules::area).toList());
    }

    private static Resource resource(Fields fields) {
        return new Resource(
                fields.requiredText("resourceDesc"),
                fields.requiredText("mimeType"),
                fields.size("size"),
                fields.text("uri"),
                fields.text("derefUri"),
                fields.text("digest"));
    }

    private static Area area(Fields fields) {
        return new Area(
                fields.requiredText("areaDesc"),
                fields.polygons("polygon"),
                fields.circles("circle"),
                fields.values("geocode"),
                fields.decimal("altitude"),
                fields.decimal("ceiling"));
    }
}
