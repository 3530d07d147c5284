package org.tocsin.intake.sensors;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.mapping.MappedArea;
import org.tocsin.intake.mapping.YamlNode;
import org.tocsin.intake.sensors.SensorTerms.Place;
import org.tocsin.intake.sensors.SensorTerms.Quorum;

/** The part of an entry of {@code config/sensors.yaml} that says what must hold beside a threshold. */
final class SensorTermsFile {
    static final Set<String> KEYS = Set.of("hold", "quorum", "place", "position", "heartbeat");
    /** Values that fill an array of the ledger's statement at each reading of a group. */
    private static final int MAX_DEVICES = 1_000;

    private SensorTermsFile() {}

    static SensorTerms read(YamlNode node) {
        return new SensorTerms(
                node.has("hold") ? node.duration("hold", Duration.ZERO) : Duration.ZERO,
                node.has("quorum") ? quorum(node.at("quorum")) : null,
                place(node),
                node.has("heartbeat") ? node.duration("heartbeat", Duration.ZERO) : null);
    }

    private static Quorum quorum(YamlNode node) {
        node.allowOnly(Set.of("count", "within", "of", "by-level"));
        List<String> of = node.texts("of");
        int count = whole(node, "count");
        if (count < 2) {
            throw node.bad("count", "expected 2 or more; one device needs no quorum");
        }
        if (!of.isEmpty() && (Set.copyOf(of).size() < count || of.size() > MAX_DEVICES)) {
            throw node.bad("of", "expected at least count devices, each once, and at most " + MAX_DEVICES);
        }
        if (!node.has("within")) {
            throw node.bad("within", "is missing; give a time such as 5m");
        }
        return new Quorum(
                count,
                node.duration("within", Duration.ZERO),
                of,
                node.has("by-level") ? whole(node, "by-level") : null);
    }

    private static int whole(YamlNode node, String key) {
        Double number = node.optionalNumber(key);
        if (number == null || number != Math.rint(number) || number < 1 || number > MAX_DEVICES) {
            throw node.bad(key, "expected a whole number from 1 to " + MAX_DEVICES);
        }
        return number.intValue();
    }

    private static @Nullable Place place(YamlNode node) {
        if (!node.has("place") && !node.has("position")) {
            return null;
        }
        if (!node.has("place") || !node.has("position")) {
            throw node.bad("place", "give both place (lat,lon) and position (pointers)");
        }
        YamlNode position = node.at("position");
        position.allowOnly(Set.of("latitude", "longitude"));
        return new Place(
                MappedArea.position(node.at("place"), node.text("place").replace(" ", "")),
                SensorLayoutFile.pointer(position, "latitude"),
                SensorLayoutFile.pointer(position, "longitude"));
    }
}
