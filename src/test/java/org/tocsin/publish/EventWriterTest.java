package org.tocsin.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What leaves the hub, and what does not. */
class EventWriterTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Selection ALL = Selection.of("*", "Actual", "Public,Restricted,Private");

    private static EventWriter writer(Selection selection) {
        return new EventWriter(
                selection,
                "urn:uuid:0d3f",
                before -> before == null ? "0d3f" : before + " 0d3f",
                alert -> "{\"people\":3,\"reached\":2}");
    }

    private static JsonNode event(EventWriter writer, Publication publication) throws Exception {
        return JSON.readTree(writer.write(publication).orElseThrow().structured());
    }

    @Test
    void anEventIsACloudEventAboutOneAlertAndNamesNobody() throws Exception {
        Publication publication = EventTypeTest.publication("Alert", null, "PLANNING", "Private");

        JsonNode event = event(writer(ALL), publication);

        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("id").asText()).isEqualTo(publication.event().toString());
        assertThat(event.path("source").asText()).isEqualTo("urn:uuid:0d3f");
        assertThat(event.path("type").asText()).isEqualTo("org.tocsin.alert.accepted");
        assertThat(event.path("time").asText()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(event.path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(event.path("subject").asText()).startsWith("tests@example.org,a-1,20");
        assertThat(event.path("partitionkey")).isEqualTo(event.path("subject"));
        assertThat(event.at("/data/incident")).isEqualTo(event.path("subject"));
        assertThat(event.at("/data/alertId").asText()).isEqualTo("17");
        assertThat(event.at("/data/severity").asText()).isEqualTo("Severe");
        assertThat(event.at("/data/alert/info/0/headline").asText()).isEqualTo("Water rises");
        assertThat(event.toString()).doesNotContain("flood-zone-a").doesNotContain("addresses");
    }

    @Test
    void theSameRowIsTheSameEvent() {
        Publication publication = EventTypeTest.publication("Update", "HELD", "PLANNING", "Public");

        assertThat(writer(ALL).write(publication)).isEqualTo(writer(ALL).write(publication));
    }

    @Test
    void theTextOfAnAlertOfAnotherScopeStaysHere() throws Exception {
        JsonNode event = event(
                writer(Selection.of("*", "Actual", "Public")),
                EventTypeTest.publication("Alert", null, "HELD", "Private"));

        assertThat(event.toString()).doesNotContain("Water rises").doesNotContain("school");
        assertThat(event.at("/data/severity").asText()).isEqualTo("Severe");
        assertThat(event.at("/data/alert/identifier").asText()).isEqualTo("a-1");
        assertThat(event.at("/data/withheld").asText()).isNotEmpty();
    }

    @Test
    void anEndSaysHowManyWereReached() throws Exception {
        JsonNode event = event(writer(ALL), EventTypeTest.publication("Alert", "SENDING", "DONE", "Public"));

        assertThat(event.at("/data/counts/reached").asInt()).isEqualTo(2);
        assertThat(event.at("/data/state").asText()).isEqualTo("DONE");
    }

    @ParameterizedTest
    @CsvSource({
        "*, Actual, true",
        "alert.*, Actual, true",
        "'alert.held, alert.accepted', Actual, true",
        "alert.held, Actual, false",
        "alert, Actual, false",
        "*, Exercise, false",
    })
    void aSubscriptionIsToldWhatItAskedFor(String types, String statuses, boolean told) {
        assertThat(writer(Selection.of(types, statuses, "Public"))
                        .write(EventTypeTest.publication("Alert", null, "PLANNING", "Public")))
                .matches(event -> event.isPresent() == told);
    }
}
