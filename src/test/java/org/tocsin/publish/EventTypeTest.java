package org.tocsin.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.alert.CapJson;
import org.tocsin.testing.Cap;

/** What is told of each change of an alert. */
class EventTypeTest {
    /** @param message Alert, Update or Cancel; Clear is an all-clear */
    static Publication publication(String message, String was, String state, String scope) {
        boolean clear = message.equals("Clear");
        String cap = Cap.named("a-1", "Flood", "Water rises", "flood-zone-a")
                .replace("\"Alert\"", "\"" + (clear ? "Update" : message) + "\"")
                .replace("\"Private\"", "\"" + scope + "\"")
                .replace(
                        "\"info\":",
                        message.equals("Cancel")
                                ? "\"references\":[\"tests@example.org,a-0,2026-11-26T08:00:00+00:00\"],\"info\":"
                                : "\"info\":")
                .replace("\"event\":", (clear ? "\"responseType\":[\"AllClear\"]," : "") + "\"event\":");
        return new Publication(1, UUID.randomUUID(), 17, was, state, null, Instant.EPOCH, "api", null, cap, cap);
    }

    @ParameterizedTest
    @CsvSource({
        "Alert,, PLANNING, alert.accepted",
        "Update,, PLANNING, alert.updated",
        "Clear,, PLANNING, alert.cleared",
        "Cancel,, PLANNING, alert.cancelled",
        "Alert,, HELD, alert.held",
        "Update,, PENDING_APPROVAL, alert.held",
        "Alert, HELD, PLANNING, alert.released",
        "Alert, PENDING_APPROVAL, PLANNING, alert.released",
        // Who closes an incident by it needs no second rule for one that was held.
        "Update, HELD, PLANNING, alert.updated",
        "Clear, HELD, PLANNING, alert.cleared",
        "Alert, HELD, REJECTED, alert.rejected",
        "Alert, HELD, SUPERSEDED, alert.ended",
        "Alert, SENDING, DONE, alert.ended",
        "Alert, SENDING, EXPIRED, alert.ended",
        "Alert, PLANNING, CANCELLED, alert.ended",
        "Alert, DONE, CANCELLED, alert.ended",
        "Alert,, CANCELLED, alert.ended",
        "Alert,, RECORDED, alert.recorded",
        // Of what nobody was told: its incident is over all the same.
        "Cancel,, RECORDED, alert.cancelled",
        "Clear,, RECORDED, alert.cleared",
        "Ack,, RECORDED, alert.recorded",
        "Alert,, PROGRESS, alert.progress",
    })
    void aChangeIsToldAs(String message, String was, String state, String expected) {
        Publication publication = publication(message, was, state, "Public");

        assertThat(EventType.of(publication, CapJson.restore(publication.cap().getBytes()))
                        .word())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "duty-parked-1764144000000, triggers.parked",
        "duty-storm-2f-1764144000000-1, storm.held",
        "duty-provider-4, provider.changed",
        "duty-hub-4, hub.noticed",
        "duty-17-held-0, duty.noticed",
        "duty-17-need-help-1, duty.noticed",
    })
    void aNoticeOfTheHubIsToldAs(String identifier, String expected) {
        String cap = Cap.named(identifier, "Duty notice", "3 triggers are parked", "duty");
        Publication publication =
                new Publication(1, UUID.randomUUID(), 17, null, "PLANNING", null, Instant.EPOCH, "hub", null, cap, cap);

        assertThat(EventType.of(publication, CapJson.restore(cap.getBytes())).word())
                .isEqualTo(expected);
    }
}
