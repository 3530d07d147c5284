package org.tocsin.testing;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/** Alerts as incident tools would send them, as JSON with the words of CAP. */
public final class Cap {
    private Cap() {}

    public static String alert(String event, String... addresses) {
        return named(UUID.randomUUID().toString(), event, "Flood in the lower town", addresses);
    }

    public static String named(String identifier, String event, String headline, String... addresses) {
        return from("tests@example.org", identifier, now(), event, headline, addresses);
    }

    public static String from(
            String sender, String identifier, String sent, String event, String headline, String... addresses) {
        return """
               {"identifier":"%s","sender":"%s","sent":"%s","status":"Actual","msgType":"Alert","scope":"Private",
                "addresses":["%s"],
                "info":[{"language":"en","category":["Met"],"event":"%s","urgency":"Immediate","severity":"Severe",
                "certainty":"Observed","headline":"%s","instruction":"Go to the school on the hill."}]}""".formatted(identifier, sender, sent, String.join("\",\"", addresses), event, headline);
    }

    /** As CAP XML, from somebody, with what is to be done, in any words that XML allows as they are. */
    public static String xml(String sender, String identifier, String event, String instruction, Person person) {
        return """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>
                <sender>%s</sender><sent>%s</sent><status>Actual</status><msgType>Alert</msgType>
                <scope>Private</scope><addresses>%s</addresses><info><language>en</language><category>Met</category>
                <event>%s</event><urgency>Immediate</urgency><severity>Severe</severity>
                <certainty>Observed</certainty><headline>Water</headline><instruction>%s</instruction></info></alert>
                """.formatted(identifier, sender, now(), person.id(), event, instruction);
    }

    public static String cancel(String sender, String identifier, String originalSender, String original, String sent) {
        return """
               {"identifier":"%s","sender":"%s","sent":"%s","status":"Actual","msgType":"Cancel","scope":"Public",
                "references":["%s,%s,%s"]}""".formatted(identifier, sender, now(), originalSender, original, sent);
    }

    public static String now() {
        return at(OffsetDateTime.now(ZoneOffset.UTC));
    }

    public static String at(OffsetDateTime instant) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx").format(instant);
    }
}
