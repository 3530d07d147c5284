package org.tocsin.intake.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.mapping.BadMappingFile;
import org.tocsin.intake.sensors.Sensors;

class EventFileTest {
    private static final String GOOD = """
            events:
              - name: tickets
                source: hook:tickets
                split: /all
                when: {at: /kind, words: [incident]}
                identity: [/id]
                state: {at: /state, open: [new], closed: [done]}
                closes-with: AllClear
                sender: tickets@example.org
                event: IT outage
                severity: {at: /p, words: {high: Severe, low: Minor}, otherwise: Unknown}
                area: {description: there, latitude: /lat, longitude: /lon, radius-km: 5}
                addresses: [staff]
                text:
                  en: {headline: "Ticket {{/id}}"}
                closed-text:
                  en: {headline: "Done: {{/id|root:/name}}"}
            """;

    @Test
    void theShippedFileIsGood() {
        assertThat(EventFile.read(Path.of("config/events.yaml"))).isNotEmpty();
    }

    @Test
    void aHubWithoutTheFileHasNoEvents() {
        assertThat(EventFile.read(Path.of("config/none.yaml"))).isEmpty();
    }

    @ParameterizedTest(name = "{0} → {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            identity: [/id]        | identiy: [/id]        | events[0].identiy          | unknown key
            identity: [/id]        | identity: [id]        | events[0].identity[0]      | JSON pointer
            identity: [/id]        | identity: []          | events[0].identity         | what names the incident
            closes-with: AllClear  | closes-with: Update   | events[0].closes-with      | AllClear or Cancel
            closed: [done]         | closed: []            | events[0].state.closed     | list of words
            closed: [done]         | closed: [NEW]         | events[0].state.open       | in closed too
            high: Severe           | high: severe          | severity.words.high        | one of [Extreme
            high: Severe           | LOW: Severe           | severity.words             | the same word
            {at: /p, words         | {words                | events[0].severity.at      | is missing
            event: IT outage       | category: Infra       | events[0].event            | is missing
            category: Infra        | sender-name: X        | -                          | -
            words: [incident]      | words: incident       | events[0].when.words       | a list
            longitude: /lon        | audience: intersect   | area.longitude             | is missing
            radius-km: 5           | radius-km: /r         | area.max-radius-km         | say how far
            radius-km: 5           | radius-km: 0          | area.radius-km             | more than 0
            {{/id}}"               | {{id}}"               | text.en.headline           | {{id}} is not known
            headline: "Ticket      | description: "Ticket  | text.en.headline           | is missing
            sender: tickets        | sender: a b           | events[0].sender           | CAP sender
            name: tickets          | name: Tickets         | events[0].name             | lower-case
            split: /all            | time-zone: Mars       | events[0].time-zone        | time zone
            """)
    void aMistakeIsNamedByFileKeyAndRemedy(String good, String bad, String key, String remedy) {
        Path file = IntakeBench.temporary("events.yaml", GOOD.replace(good, bad));
        if (key.equals("-")) {
            assertThat(EventFile.read(file)).hasSize(1);
            return;
        }

        assertThatThrownBy(() -> EventFile.read(file))
                .isInstanceOf(BadMappingFile.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(key)
                .hasMessageContaining(remedy);
    }

    @Test
    void nobodyToTellIsAMistake() {
        String nobody = GOOD.replaceAll("(?m)^ *(addresses|area):.*\\n", "");

        assertThatThrownBy(() -> EventFile.read(IntakeBench.temporary("events.yaml", nobody)))
                .hasMessageContaining("events[0].addresses: nobody would be told");
    }

    @Test
    void anEndThatWouldSayNothingIsAMistake() {
        String silent = GOOD.substring(0, GOOD.indexOf("    closed-text"));

        assertThatThrownBy(() -> EventFile.read(IntakeBench.temporary("events.yaml", silent)))
                .hasMessageContaining("events[0].closed-text: is missing");
    }

    @Test
    void oneSourceHasOneOfTheTwoFiles() {
        Path events = IntakeBench.temporary("events.yaml", GOOD.replace("hook:tickets", "mqtt-sensors"));
        Sensors sensors = Sensors.read(Path.of("config/sensors.yaml"));

        assertThatThrownBy(() -> Events.read(events, sensors))
                .isInstanceOf(BadMappingFile.class)
                .hasMessageContaining("events[0].source: is in config/sensors.yaml too");
    }
}
