package org.tocsin.intake.admission;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tocsin.alert.Alert;
import org.tocsin.intake.alerts.AlertRows;
import org.tocsin.intake.alerts.Identity;
import org.tocsin.intake.alerts.KnownAlert;
import org.tocsin.intake.cap.Places;
import org.tocsin.intake.storms.StormGovernor;

/**
 * What an alert names, locked.
 *
 * @param originals without repetition: several names may be told of by one alert
 * @param unknown names of which nothing is known, and those that were counted only
 * @param others of another status than its own, which it leaves as they are: an exercise must never touch what is real,
 *     nor what is real an exercise
 */
record NamedAlerts(
        Map<Identity, KnownAlert> byName, List<KnownAlert> originals, List<Identity> unknown, List<KnownAlert> others) {

    static NamedAlerts of(AlertRows alerts, StormGovernor.Batch governed, Alert alert) {
        List<Identity> names =
                alert.references().stream().map(Identity::of).distinct().toList();
        Map<Identity, Long> aliases = new HashMap<>();
        governed.aliases(names).forEach((name, alias) -> {
            if (alias.alertId() != null) {
                aliases.put(name, alias.alertId());
            }
        });
        Map<Identity, KnownAlert> found = alerts.lock(withParts(names), aliases);
        Map<Identity, KnownAlert> byName = new HashMap<>(found);
        byName.values().removeIf(known -> known.status() != alert.status());
        return new NamedAlerts(
                byName,
                byName.values().stream().distinct().toList(),
                names.stream().filter(name -> !found.containsKey(name)).toList(),
                found.values().stream()
                        .filter(known -> known.status() != alert.status())
                        .distinct()
                        .toList());
    }

    /** An alert that was told in parts is named by the first. */
    private static List<Identity> withParts(List<Identity> names) {
        List<Identity> all = new ArrayList<>(names);
        names.forEach(name -> Places.others(name.identifier())
                .forEach(part -> all.add(new Identity(name.sender(), part, name.sent()))));
        return all;
    }

    List<Identity> unknownWithParts() {
        return withParts(unknown);
    }

    /** Named by its own identity, not by that of one which it told of. */
    boolean itself(KnownAlert original) {
        return byName.containsKey(original.identity());
    }

    static String leftAlone(KnownAlert other) {
        return "Alert " + other.id() + " has the status " + other.status()
                + ", which this has not: it is left as it is.";
    }
}
