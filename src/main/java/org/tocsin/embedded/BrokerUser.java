package org.tocsin.embedded;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.tocsin.privacy.Secret;

/** Who may speak to the embedded broker. */
public record BrokerUser(String name, Secret password, Role role) {

    /** What a user may do, and nothing else. */
    public enum Role {
        /** Publishes below {@code sensors/}; reads nothing. */
        SENSOR,
        /** Sends to the queue {@code incidents}; reads nothing. */
        INCIDENT,
        /** Reads the queue {@code alert-events}; sends nothing. */
        EVENTS,
        /** The hub itself: reads the first two, sends to the last. Never given to anybody. */
        HUB;

        /** As in configuration, and as Artemis knows it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads {@code tocsin.broker.users}. The password may contain colons: the name ends at the first, the role begins
     * after the last.
     *
     * @throws StartRefused naming the place in the list, never what stands there
     */
    static List<BrokerUser> parse(List<Secret> lines) {
        List<BrokerUser> users = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            String key = BrokerSettings.PREFIX + "users[" + i + "]";
            String line = lines.get(i).reveal();
            int first = line.indexOf(':');
            int last = line.lastIndexOf(':');
            if (first <= 0 || last <= first + 1) {
                throw new StartRefused(
                        key + " is not of the form name:password:role, role being sensor, incident or events:"
                                + " correct it in config/application.yaml");
            }
            String name = line.substring(0, first).strip();
            if (name.equals(Role.HUB.word()) || !names.add(name)) {
                throw new StartRefused(key + ": its user name is "
                        + (name.equals(Role.HUB.word()) ? "the hub's own" : "there twice") + ": choose another");
            }
            users.add(new BrokerUser(name, Secret.of(line.substring(first + 1, last)), role(key, line, last)));
        }
        return List.copyOf(users);
    }

    private static Role role(String key, String line, int last) {
        return switch (line.substring(last + 1).strip()) {
            case "sensor" -> Role.SENSOR;
            case "incident" -> Role.INCIDENT;
            case "events" -> Role.EVENTS;
            default ->
                throw new StartRefused(
                        key + ": its role, after the last colon, is unknown: it must be sensor, incident or events");
        };
    }
}
