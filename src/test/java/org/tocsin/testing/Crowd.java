package org.tocsin.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.tocsin.simulator.Sent;

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
     * @param payload what the source sends, the same at each try
     */
    public record Member(
            int number, String id, String phone, String email, String channels, Source source, String payload) {
        String address(String channel) {
            return channel.equals("email") ? email : phone;
        }

        /** The channel of the last rung that this person has. */
        public String lastChannel() {
            return channels.substring(channels.lastIndexOf(';') + 1);
        }

        @Override
        public String toString() {
            return "#" + number + " by " + source + " (" + channels + ")";
        }
    }

    /** Sources in turn; every second person has all channels, the others lack WhatsApp, or have e-mail only. */
    public static Crowd of(int size) {
        return new Crowd(IntStream.range(0, size).mapToObj(Crowd::member).toList());
    }

    private static Member member(int n) {
        Source source = Source.values()[n % 4];
        String channels = List.of("whatsapp;sms;email", "sms;email", "whatsapp;sms;email", "email")
                .get(n / 4 % 4);
        String id = "c%04d".formatted(n);
        String marker = "mark%04dmark".formatted(n);
        String payload = source == Source.MQTT || source == Source.HOOK
                ? "{\"level\": 5, \"note\": \"" + marker + "\"}"
                : Cap.named("crowd-" + n, "Flood", "River " + marker, new String[] {id});
        return new Member(n, id, "+3363998%04d".formatted(n), id + "@people.example.org", channels, source, payload);
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
