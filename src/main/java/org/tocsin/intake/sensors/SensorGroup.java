package org.tocsin.intake.sensors;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.sensors.SensorTerms.Quorum;

/** Keys of incidents: of a device, and of the devices that must agree before anything is raised. */
final class SensorGroup {
    private SensorGroup() {}

    /** Whether this device counts: of a quorum with names, only those do. */
    static boolean takes(SensorMapping mapping, String device) {
        Quorum quorum = mapping.terms().quorum();
        return quorum == null || quorum.of().isEmpty() || quorum.of().contains(device);
    }

    /** Of the incident of the group; null where each device is for itself. A topic never begins as it does. */
    static @Nullable String key(SensorMapping mapping, @Nullable String topic) {
        Quorum quorum = mapping.terms().quorum();
        if (quorum == null) {
            return null;
        }
        String[] levels = topic == null ? new String[0] : topic.split("/", -1);
        Integer level = quorum.byLevel();
        String group = level == null || level > levels.length ? "" : levels[level - 1];
        return key(mapping.source(), "quorum:" + mapping.name(), group, mapping.event());
    }

    /** One part can never reach into the next: a device that is named with a bar is not another one. */
    static String key(String... parts) {
        return Arrays.stream(parts)
                .map(text -> text.replace("%", "%25").replace("|", "%7C").replace("\0", "%00"))
                .collect(Collectors.joining("|"));
    }
}
