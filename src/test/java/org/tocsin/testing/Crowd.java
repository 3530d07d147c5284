package org.tocsin.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SmscFault;

/**
 * Many people, and for each of them one trigger that concerns nobody else, with a marker in its text that is found
 * again in whatever a phone shows.
 */
public final class Crowd {
    private static final Pattern MARKER = Pattern.compile("mark(\\d{4})mark");

    /** Where a trigger comes from. */
    public enum Source {
        MQTT,
        JMS,
        /** {@code POST /api/alerts}. */
        API,
        /** {@code POST /hooks/<source>}. */
        HOOK
    }

    /** Whether a person's alert is to end before everybody has it. */
    public enum End {
        NONE,
        /** It is taken back as soon as it is acknowledged: see {@link Withdrawals}. */
        CANCELLED,
        /** It expires {@link #SHORT_LIFE} after it is first handed in. */
        EXPIRES
    }

    static final String SENDER = "tests@example.org";

    /** Much less than what outages and restarts last. */
    static final Duration SHORT_LIFE = Duration.ofSeconds(12);

    private final List<Member> members;
    private final Map<String, Member> byAddress = new HashMap<>();

    private Crowd(List<Member> members) {
        this.members = members;
        members.forEach(member -> {
            byAddress.put(member.phone(), member);
            byAddress.put(member.email(), member);
        });
    }

    /**
     * @param channels those that the person agreed to, as in the directory file
     * @param sent of a CAP document
     * @param payload what the source sends, the same at each try, but for {@code expires}
     */
    public record Member(
            int number,
            String id,
            String phone,
            String email,
            String channels,
            Source source,
            End end,
            String sent,
            String payload) {
        String address(String channel) {
            return channel.equals("email") ? email : phone;
        }

        /** The channel of the last rung that this person has. */
        public String lastChannel() {
            return channels.substring(channels.lastIndexOf(';') + 1);
        }

        /** Of a CAP document. */
        String identifier() {
            return "crowd-" + number;
        }

        /** To be handed in from now on. @param expires null: without one */
        String payload(@Nullable Instant expires) {
            return expires == null
                    ? payload
                    : payload.replace(
                            "\"headline\"",
                            "\"expires\":\"" + Cap.at(expires.atOffset(ZoneOffset.UTC)) + "\",\"headline\"");
        }

        @Override
        public String toString() {
            return "#" + number + " by " + source + " (" + channels + ")" + (end == End.NONE ? "" : " " + end);
        }
    }

    /** Sources in turn; every second person has all channels, the others lack WhatsApp, or have e-mail only. */
    public static Crowd of(int size) {
        return new Crowd(
                IntStream.range(0, size).mapToObj(n -> member(n, End.NONE)).toList());
    }

    /** The same, and every eighth alert is cancelled, every eighth expires soon. */
    public static Crowd withEnds(int size) {
        return new Crowd(
                IntStream.range(0, size).mapToObj(n -> member(n, end(n))).toList());
    }

    /** Of those by JMS and HTTP whose identity the source knows; on each channel. */
    private static End end(int n) {
        return switch (n % 4 + " " + n / 4 % 8) {
            case "1 1", "1 4", "2 3", "2 6" -> End.CANCELLED;
            case "1 2", "1 7", "2 0", "2 5" -> End.EXPIRES;
            default -> End.NONE;
        };
    }

    /**
     * No receipt comes of the first message to those whose alert ends early: with the ladder of these tests the next channel
     * would be tried a minute later, long after the end.
     */
    public void silenceWhatEnds(Simulator simulator) {
        members.stream().filter(member -> member.end() != End.NONE).forEach(member -> {
            simulator.whatsApp().faults().forRecipient(member.phone(), 1, Fault.noReceipts());
            simulator.smsc().faults().forRecipient(member.phone(), 1, SmscFault.noReceipt());
        });
    }

    private static Member member(int n, End end) {
        Source source = Source.values()[n % 4];
        String channels = List.of("whatsapp;sms;email", "sms;email", "whatsapp;sms;email", "email")
                .get(n / 4 % 4);
        String sent = Cap.now();
        String id = "c%04d".formatted(n);
        String marker = "mark%04dmark".formatted(n);
        String payload = source == Source.MQTT || source == Source.HOOK
                ? "{\"level\": 5, \"note\": \"" + marker + "\"}"
                : Cap.from(SENDER, "crowd-" + n, sent, "Flood", "River " + marker, id);
        return new Member(
                n, id, "+3363998%04d".formatted(n), id + "@people.example.org", channels, source, end, sent, payload);
    }

    public Member get(int number) {
        return members.get(number);
    }

    public List<Member> members() {
        return members;
    }

    public int size() {
        return members.size();
    }

    /** Whose trigger this message tells of. */
    Optional<Member> toldOf(Sent sent) {
        Matcher marker = MARKER.matcher(sent.text() + " " + sent.params());
        return marker.find() ? Optional.of(members.get(Integer.parseInt(marker.group(1)))) : Optional.empty();
    }

    /** Whose number or mail address it went to. */
    Optional<Member> owner(Sent sent) {
        return Optional.ofNullable(byAddress.get(sent.to()));
    }

    /** {@code contacts.csv} and {@code sensors.yaml}. */
    public void write(Path folder) throws IOException {
        StringBuilder contacts = new StringBuilder("id,name,language,phone,email,groups,lat,lon,opt_in\n");
        StringBuilder sensors = new StringBuilder("sensors:\n");
        for (Member m : members) {
            contacts.append(
                    "%s,Crowd %s,en,%s,%s,crowd,,,%s%n".formatted(m.id(), m.id(), m.phone(), m.email(), m.channels()));
            if (m.source() == Source.MQTT) {
                sensors.append(sensor(m, "source: mqtt-sensors\n    topic: " + topic(m)));
            } else if (m.source() == Source.HOOK) {
                sensors.append(sensor(m, "source: hook:" + m.id()));
            }
        }
        Files.writeString(folder.resolve("contacts.csv"), contacts);
        Files.writeString(folder.resolve("sensors.yaml"), sensors);
    }

    /** The trigger of a member as a CAP document, for a source that is none of those above; sent now. */
    public static String xml(Member member) {
        return """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>crowd-%1$d</identifier>
                <sender>tests@example.org</sender><sent>%2$s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>%3$s</addresses><info><language>en</language><category>Met</category>
                <event>Flood</event><urgency>Immediate</urgency><severity>Severe</severity>
                <certainty>Observed</certainty><headline>River mark%1$04dmark</headline>
                <instruction>Go to higher ground.</instruction></info></alert>
                """.formatted(member.number(), Cap.now(), member.id());
    }

    static String topic(Member member) {
        return "sensors/river/" + member.id();
    }

    private static String sensor(Member member, String from) {
        return """
                 - name: gauge-%s
                   %s
                   value: /level
                   sender: sensors@tocsin.example
                   event: Flood
                   category: Met
                   levels: [{raise-at: 4, severity: Severe, urgency: Immediate, certainty: Observed}]
                   clear-at: 3
                   addresses: [%s]
                   text: {en: {headline: "River {{/note}}", instruction: "Go to higher ground."}}
               """.formatted(member.id(), from, member.id()).indent(0);
    }
}
