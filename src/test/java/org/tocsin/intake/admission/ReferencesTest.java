package org.tocsin.intake.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.IntakeResult.NotAllowed;
import org.tocsin.intake.Submission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.accept.IntakeBench.Cap;

/** Updates and Cancels that name wrongly what they follow, or have lost whom they are for. */
class ReferencesTest {
    private static final IntakeBench bench = new IntakeBench();

    @AfterAll
    static void close() {
        bench.close();
    }

    private final String name = UUID.randomUUID().toString();
    private final Cap alert = Cap.alert(name);

    private static Accepted accepted(Cap cap) throws Exception {
        return (Accepted) bench.send(cap);
    }

    /** The right sender and identifier: but a name is all three. */
    private Cap wrongSent(Cap follower) {
        OffsetDateTime other = OffsetDateTime.parse(alert.sent()).minusHours(1);
        return follower.with("references", alert.sender() + "," + name + "," + other.format(IntakeBench.CAP_TIME));
    }

    @Test
    void anUpdateWithAnotherSentIsOfNothingKnownAndWaits() throws Exception {
        Accepted original = accepted(alert);

        Accepted update = accepted(wrongSent(alert.update("u" + name)));

        assertThat(update.state()).isEqualTo(AlertState.HELD);
        assertThat(update.reason()).contains("not known here");
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
    }

    @Test
    void aCancelWithAnotherSentTakesNothingBackAndSaysSo() throws Exception {
        Accepted original = accepted(alert);

        Accepted cancel = accepted(wrongSent(alert.cancel("c" + name)));

        assertThat(cancel.state()).isEqualTo(AlertState.RECORDED);
        assertThat(cancel.reason()).contains("not known");
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
    }

    @Test
    void anUpdateOfOneThatIsKnownAndOneThatIsNotWaits() throws Exception {
        Accepted original = accepted(alert);
        Cap update = alert.update("u" + name);

        Accepted held = accepted(update.with("references", update.references() + " " + unknown()));

        assertThat(held.state()).isEqualTo(AlertState.HELD);
        assertThat(held.reason()).contains("not known here");
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
    }

    @Test
    void aCancelOfOneThatIsKnownAndOneThatIsNotTakesBackTheOneAndStopsTheOther() throws Exception {
        Accepted original = accepted(alert);
        Cap cancel = alert.cancel("c" + name);

        Accepted accepted = accepted(cancel.with("references", cancel.references() + " " + unknown()));

        assertThat(accepted.state()).isEqualTo(AlertState.PLANNING);
        assertThat(accepted.reason())
                .contains("It cancelled alert " + original.id() + ".", "refers to an alert that is not known");
        assertThat(bench.state(original.id())).isEqualTo("CANCELLED");
        assertThat(accepted(alert.with("identifier", "unknown-" + name)).state())
                .isEqualTo(AlertState.CANCELLED);
    }

    private String unknown() {
        return alert.sender() + ",unknown-" + name + "," + alert.sent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Update", "Cancel"})
    void whatAForeignSenderSaysOfAnAlertIsRefused(String type) throws Exception {
        Accepted original = accepted(alert);
        Cap follower = (type.equals("Update") ? alert.update("f" + name) : alert.cancel("f" + name))
                .with("sender", "stranger@example.org");

        IntakeResult result =
                bench.intake.accept(IntakeBench.submission("jms-incidents", follower, IntakeBench.TRIGGER));

        assertThat(result).isInstanceOf(NotAllowed.class);
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
        assertThat(bench.count("alert where identifier = 'f" + name + "'")).isZero();
        assertThat(bench.count("parked where source = 'jms-incidents' and reason like 'Only the sender of an alert%'"))
                .isPositive();
    }

    /** 2025-01-09: a polygon that was lost on the way alerted ten million people. */
    @Test
    void anUpdateThatLostItsPolygonWaitsAndTakesThePlaceOfItsOriginalOnlyWhenItIsReleased() throws Exception {
        String polygon = ", \"area\": {\"areaDesc\": \"Paris\", \"polygon\": \"48,2 49,2 49,3 48,3 48,2\"}";
        Accepted original = forAnArea(alert, polygon);
        assertThat(original.state()).isEqualTo(AlertState.PLANNING);

        Accepted update = forAnArea(alert.update("u" + name), "");

        assertThat(update.state()).isEqualTo(AlertState.HELD);
        assertThat(update.reason()).contains("neither addresses nor a polygon or circle");
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
        assertThat(follows(update)).isEqualTo("nobody");

        bench.decisions.release(
                update.id(), bench.one("select content_hash from alert where id = ?", update.id()), "olga");
        assertThat(bench.state(update.id())).isEqualTo("PLANNING");
        assertThat(bench.state(original.id())).isEqualTo("SUPERSEDED");
        assertThat(follows(update)).as("those who were told, and nobody new").isEqualTo("{" + original.id() + "}");
        assertThat(Admission.audience(bench.one("select audience from alert where id = ?", update.id())))
                .satisfies(a -> assertThat(a.polygons()).isEmpty())
                .satisfies(a -> assertThat(a.groups()).isEmpty());
    }

    private static String follows(Accepted alert) {
        return bench.one("select coalesce(follows::text, 'nobody') from alert where id = ?", alert.id());
    }

    private static Accepted forAnArea(Cap cap, String area) throws Exception {
        String json = cap.with("addresses", "")
                .json()
                .replace("\"Private\"", "\"Public\"")
                .replaceFirst("}]}\\s*$", area + "}]}");
        return (Accepted) bench.intake.accept(new Submission(
                "api", Format.CAP_JSON, json.getBytes(StandardCharsets.UTF_8), Map.of(), IntakeBench.TRIGGER, null));
    }
}
