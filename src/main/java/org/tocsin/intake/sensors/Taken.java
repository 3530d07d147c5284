package org.tocsin.intake.sensors;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.Submission;
import org.tocsin.intake.ledger.Sha256;

/**
 * Which messages of MQTT an incident has taken, so that the same ones are known when a broker or a device sends them again.
 *
 * @param opening digest of the message that opened the newest episode, where it came by MQTT
 * @param alarm of the newest one of that episode beyond a threshold
 * @param last of its messages, the newest last
 */
record Taken(@Nullable String opening, @Nullable String alarm, List<Packet> last) {
    static final Taken NONE = new Taken(null, null, List.of());

    /** At least as many as are under way at once: 20 from an outside broker, and as a rule no more from a device. */
    private static final int MOST = 20;

    private static final String NOTHING = "-";

    /**
     * One message.
     *
     * @param id the packet identifier, 1 to 65535; the same when it is sent again, and another message's after that. 0: QoS 0
     * @param digest of its payload
     * @param again whether it was sent again, and not known: how old it is, nobody can say
     */
    record Packet(int id, String digest, boolean again) {
        /** Hex digits: among the few messages of one device these are enough. */
        private static final int DIGEST = 16;

        /**
         * Null for what did not come by MQTT.
         *
         * @param timeless whether nothing but this says how old the reading is
         */
        static @Nullable Packet of(Submission submission, boolean timeless) {
            String id = submission.attributes().get(Submission.PACKET);
            return id == null
                    ? null
                    : new Packet(
                            Integer.parseInt(id),
                            Sha256.hex(submission.payload()).substring(0, DIGEST),
                            timeless && submission.attributes().containsKey(Submission.AGAIN));
        }

        private static Packet parse(String text) {
            String[] parts = text.split(":", 3);
            return new Packet(Integer.parseInt(parts[0]), parts[1], parts.length > 2);
        }

        private String toText() {
            return id + ":" + digest + (again ? ":again" : "");
        }
    }

    Taken {
        last = List.copyOf(last);
    }

    /** As {@link #toText} writes it; null for none. */
    static Taken parse(@Nullable String text) {
        if (text == null) {
            return NONE;
        }
        List<String> words = List.of(text.split(" "));
        return new Taken(
                digest(words.get(0)),
                digest(words.get(1)),
                words.stream().skip(2).map(Packet::parse).toList());
    }

    private static @Nullable String digest(String word) {
        return word.equals(NOTHING) ? null : word;
    }

    @Nullable
    String toText() {
        if (equals(NONE)) {
            return null;
        }
        StringJoiner text = new StringJoiner(" ");
        text.add(Objects.requireNonNullElse(opening, NOTHING)).add(Objects.requireNonNullElse(alarm, NOTHING));
        last.forEach(packet -> text.add(packet.toText()));
        return text.toString();
    }

    /** @param opens a new episode */
    Taken with(Reading reading, boolean opens) {
        Packet packet = reading.origin().packet();
        boolean beyond = opens || reading.mapping().reached(reading.measure()) != null;
        if (packet == null) {
            return opens ? new Taken(null, null, last) : this;
        }
        List<Packet> newest = new ArrayList<>(last);
        if (packet.id() != 0) {
            newest.add(packet);
        }
        return new Taken(
                opens ? packet.digest() : opening,
                beyond ? packet.digest() : alarm,
                newest.subList(Math.max(0, newest.size() - MOST), newest.size()));
    }

    /** Whether this very message was taken. Its identifier may have been another one's before, but not since. */
    boolean has(Packet packet) {
        for (int i = last.size() - 1; i >= 0; i--) {
            if (last.get(i).id() == packet.id()) {
                return last.get(i).digest().equals(packet.digest());
            }
        }
        return false;
    }

    /** Whether it is what a device said of the newest episode: its broker keeps its last retained message for ever. */
    boolean hasAlarm(Packet packet) {
        return packet.digest().equals(opening) || packet.digest().equals(alarm);
    }

    /** Whether the newest one was sent again, and may be older than the one before it. */
    boolean newestIsAgain() {
        return !last.isEmpty() && last.get(last.size() - 1).again();
    }
}
