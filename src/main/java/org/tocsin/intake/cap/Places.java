package org.tocsin.intake.cap;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapLimits;
import org.tocsin.alert.Circle;
import org.tocsin.alert.Info;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Polygon;
import org.tocsin.alert.Value;

/**
 * An Alert or Update with two infos in one language speaks of two places or two times (CAP 1.2, 3.2.2). Each of these
 * becomes an alert of its own, so that everybody is told what concerns where he is, and nobody the words for another town. The first
 * keeps the identity; a Cancel of that takes back all.
 */
public final class Places {
    /** More than these are not told apart. */
    static final int MOST = 20;

    private static final String MARK = "~part";

    private record Place(
            List<Polygon> polygons,
            List<Circle> circles,
            List<Value> geocodes,
            @Nullable OffsetDateTime onset,
            @Nullable OffsetDateTime expires) {

        public static Place of(Info info) {
            return new Place(
                    info.areas().stream().flatMap(a -> a.polygons().stream()).toList(),
                    info.areas().stream().flatMap(a -> a.circles().stream()).toList(),
                    info.areas().stream().flatMap(a -> a.geocodes().stream()).toList(),
                    info.onset(),
                    info.expires());
        }
    }

    private Places() {}

    /** Those of an Alert or Update, in the order of its infos; only itself when every language is spoken once. */
    public static List<Alert> of(Alert alert) {
        boolean tells = alert.msgType() == MsgType.Alert || alert.msgType() == MsgType.Update;
        if (!tells || !repeats(alert.infos())) {
            return List.of(alert);
        }
        List<List<Info>> parts = new ArrayList<>();
        Map<Place, List<Info>> places = new LinkedHashMap<>();
        alert.infos().forEach(info -> places.computeIfAbsent(Place.of(info), p -> new ArrayList<>())
                .add(info));
        places.values().forEach(infos -> parts.addAll(byTurns(infos)));
        if (parts.size() > MOST || alert.identifier().length() > CapLimits.MAX_NAME - MARK.length() - 2) {
            return List.of(alert);
        }
        List<Alert> alerts = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            alerts.add(alert.withIdentity(name(alert.identifier(), i + 1), alert.sent())
                    .withInfos(parts.get(i)));
        }
        return alerts;
    }

    /** Whether it should have been told apart, and was not. */
    public static boolean isUndivided(Alert alert) {
        return repeats(alert.infos());
    }

    /** What the parts after the first of that name would be called. */
    public static List<String> others(String identifier) {
        List<String> names = new ArrayList<>();
        for (int part = 2; part <= MOST; part++) {
            names.add(name(identifier, part));
        }
        return names;
    }

    private static String name(String identifier, int part) {
        return part == 1 ? identifier : identifier + MARK + part;
    }

    private static boolean repeats(List<Info> infos) {
        Set<String> languages = new HashSet<>();
        return !infos.stream().allMatch(info -> languages.add(info.language().toLowerCase(java.util.Locale.ROOT)));
    }

    /** Of one place and time: the first info of each language together, then the second of each. */
    private static List<List<Info>> byTurns(List<Info> infos) {
        List<List<Info>> turns = new ArrayList<>();
        Map<String, Integer> spoken = new LinkedHashMap<>();
        for (Info info : infos) {
            int turn = spoken.merge(info.language().toLowerCase(java.util.Locale.ROOT), 1, Integer::sum) - 1;
            if (turn == turns.size()) {
                turns.add(new ArrayList<>());
            }
            turns.get(turn).add(info);
        }
        return turns;
    }
}
