package org.tocsin.intake.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.CapProblem.Violation;
import org.tocsin.intake.UnacceptableSubmission;

/**
 * A pack of SenML in JSON (RFC 8428, 4.1 to 4.6), its records resolved. Base values hold from their record on, also for
 * the records behind one that cannot be read.
 */
final class SenMl {
    /** RFC 8428, 4.5.3: smaller times are relative to now. */
    private static final double ABSOLUTE = 1L << 28;
    /** The version of RFC 8428. */
    private static final int VERSION = 10;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:./_-]{0,254}");

    private final Instant arrived;
    private final List<PayloadRecord> records = new ArrayList<>();
    private final List<Violation> problems = new ArrayList<>();
    private String baseName = "";
    private double baseTime;
    private double baseValue;
    private double baseSum;
    private @Nullable String baseUnit;

    private SenMl(Instant arrived) {
        this.arrived = arrived;
    }

    static Payload read(JsonNode pack, Instant arrived) throws UnacceptableSubmission {
        if (!pack.isArray() || pack.isEmpty()) {
            throw new UnacceptableSubmission("body", "a SenML pack: an array of records (RFC 8428)");
        }
        Payload.bounded(pack.size());
        SenMl reader = new SenMl(arrived);
        for (int i = 0; i < pack.size(); i++) {
            reader.take("[" + i + "]", pack.get(i));
        }
        return new Payload(reader.records, reader.problems);
    }

    private void take(String place, JsonNode node) throws UnacceptableSubmission {
        if (!node.isObject()) {
            problems.add(new Violation(place, "a SenML record"));
            return;
        }
        understood(place, node);
        String wrong = base(node);
        if (wrong == null) {
            wrong = wrong(node);
        }
        if (wrong != null) {
            problems.add(new Violation(place + "." + wrong.split(":", 2)[0], wrong.split(":", 2)[1]));
            return;
        }
        boolean measured = node.has("v") || node.has("vs") || node.has("vb") || node.has("vd") || node.has("s");
        if (!measured) {
            // Only base values, for those behind it.
            return;
        }
        String name = baseName + node.path("n").asText("");
        if (!NAME.matcher(name).matches()) {
            problems.add(new Violation(
                    place + ".n", "a name of letters, digits and - : . / _, which begins with a letter or digit"));
            return;
        }
        records.add(new PayloadRecord(place, resolved(node, name), null));
    }

    /** RFC 8428, 4.4: who does not understand a field that ends in _ must not use the pack. */
    private static void understood(String place, JsonNode node) throws UnacceptableSubmission {
        Iterator<String> names = node.fieldNames();
        while (names.hasNext()) {
            if (names.next().endsWith("_")) {
                throw new UnacceptableSubmission(place, "no field that ends in _: it must be understood, and is not");
            }
        }
        JsonNode version = node.path("bver");
        if (!version.isMissingNode() && !(version.isIntegralNumber() && version.asInt() <= VERSION)) {
            throw new UnacceptableSubmission(place + ".bver", "a version of at most " + VERSION);
        }
    }

    /** Takes the base values over. @return {@code field:expected}, or null */
    private @Nullable String base(JsonNode node) {
        for (String field : List.of("bt", "bv", "bs")) {
            if (node.has(field) && !node.path(field).isNumber()) {
                return field + ":a number";
            }
        }
        for (String field : List.of("bn", "bu")) {
            if (node.has(field) && !node.path(field).isTextual()) {
                return field + ":a text";
            }
        }
        baseName = node.path("bn").asText(baseName);
        baseTime = node.path("bt").asDouble(baseTime);
        baseValue = node.path("bv").asDouble(baseValue);
        baseSum = node.path("bs").asDouble(baseSum);
        baseUnit = node.has("bu") ? node.path("bu").asText() : baseUnit;
        return null;
    }

    /** @return {@code field:expected}, or null */
    private static @Nullable String wrong(JsonNode node) {
        for (String field : List.of("v", "s", "t")) {
            if (node.has(field) && !node.path(field).isNumber()) {
                return field + ":a number";
            }
        }
        for (String field : List.of("n", "u", "vs", "vd")) {
            if (node.has(field) && !node.path(field).isTextual()) {
                return field + ":a text";
            }
        }
        if (node.has("vb") && !node.path("vb").isBoolean()) {
            return "vb:true or false";
        }
        long values = List.of("v", "vs", "vb", "vd").stream().filter(node::has).count();
        return values > 1 ? "v:one value only" : null;
    }

    private ObjectNode resolved(JsonNode node, String name) {
        ObjectNode record = JsonNodeFactory.instance.objectNode().put("n", name);
        String unit = node.path("u").asText(baseUnit);
        if (unit != null) {
            record.put("u", unit);
        }
        if (node.has("v")) {
            // As it stood, where nothing is added to it: 4.2 stays 4.2 in a text.
            record.set(
                    "v",
                    baseValue == 0
                            ? node.path("v")
                            : JsonNodeFactory.instance.numberNode(
                                    baseValue + node.path("v").doubleValue()));
        } else {
            for (String field : List.of("vs", "vb", "vd")) {
                if (node.has(field)) {
                    record.set("v", node.path(field));
                }
            }
        }
        if (node.has("s")) {
            record.put("s", baseSum + node.path("s").doubleValue());
        }
        double time = baseTime + node.path("t").asDouble(0);
        if (time != 0) {
            record.put("t", time >= ABSOLUTE ? time : arrived.toEpochMilli() / 1e3 + time);
        }
        return record;
    }
}
