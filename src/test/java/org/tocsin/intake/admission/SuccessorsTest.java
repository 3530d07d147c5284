package org.tocsin.intake.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.IntakeResult.Conflict;
import org.tocsin.intake.IntakeResult.Duplicate;
import org.tocsin.intake.IntakeResult.NotAllowed;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.accept.IntakeBench.Cap;

/** What Updates and Cancels do to the alerts that they name. */
class SuccessorsTest {
    private static final IntakeBench bench = new IntakeBench();

    @AfterAll
    static void close() {
        bench.close();
    }

    private final String name = UUID.randomUUID().toString();
    private final Cap alert = Cap.alert(name);

    @ParameterizedTest
    @EnumSource(
            value = AlertState.class,
            names = {"HELD", "PENDING_APPROVAL", "PLANNING", "SENDING"})
    void aCancelStopsWhatIsOpen(AlertState state) throws Exception {
        long original = accepted(alert).id();
        put(original, state);

        Accepted cancel = accepted(alert.cancel("c" + name));

        assertThat(bench.state(original)).isEqualTo("CANCELLED");
        boolean nobodyWasTold = state == AlertState.HELD || state == AlertState.PENDING_APPROVAL;
        assertThat(cancel.state()).isEqualTo(nobodyWasTold ? AlertState.RECORDED : AlertState.PLANNING);
        assertThat(follows(cancel.id())).isEqualTo(nobodyWasTold ? "null" : "{" + original + "}");
        assertThat(cancel.reason()).isEqualTo("It cancelled alert " + original + ".");
        assertThat(bench.one("select supersedes from alert where id = ?", cancel.id()))
                .isEqualTo(String.valueOf(original));
        assertThat(bench.count("journal where what = 'alert-cancelled' and alert_id = " + original))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = AlertState.class,
            names = {"DONE", "EXPIRED"})
    void whoeverWasToldOfWhatIsOverLearnsThatItNoLongerHoldsAndOnce(AlertState state) throws Exception {
        long original = accepted(alert).id();
        put(original, state);

        Accepted cancel = accepted(alert.cancel("c" + name));

        assertThat(cancel.state()).isEqualTo(AlertState.PLANNING);
        assertThat(follows(cancel.id())).isEqualTo("{" + original + "}");
        assertThat(bench.state(original)).isEqualTo("CANCELLED");
        assertThat(bench.send(alert.cancel("d" + name))).isInstanceOf(Conflict.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = AlertState.class,
            names = {"REJECTED", "RECORDED", "SUPERSEDED"})
    void aCancelOfWhatIsOverIsKeptAndSaysSo(AlertState state) throws Exception {
        long original = accepted(alert).id();
        put(original, state);

        Accepted cancel = accepted(alert.cancel("c" + name));

        assertThat(bench.state(original)).isEqualTo(state.name());
        assertThat(cancel.state()).as("nobody is told").isEqualTo(AlertState.RECORDED);
        assertThat(cancel.reason()).contains("nothing was left to stop");
    }

    @Test
    void aSecondCancelIsRefusedButTheFirstOneAgainIsADuplicate() throws Exception {
        accepted(alert);
        accepted(alert.cancel("c" + name));

        assertThat(bench.send(alert.cancel("d" + name))).isInstanceOf(Conflict.class);
        assertThat(bench.send(alert.cancel("c" + name))).isInstanceOf(Duplicate.class);
    }

    @Test
    void anExerciseCancelsNothing() throws Exception {
        long original = accepted(alert).id();

        accepted(alert.cancel("c" + name).with("status", "Exercise"));

        assertThat(bench.state(original)).isEqualTo("PLANNING");
    }

    @ParameterizedTest(name = "a {0} with pattern {1} cancels for {2}: {3}")
    @CsvSource({
        "TRIGGER, .*, ops@example.org, true",
        "TRIGGER, .*, other@example.org, false",
        "TRIGGER, other@.*, other@example.org, false",
        "TRIGGER, other@.*, ops@example.org, false",
        "OPERATOR, , other@example.org, true",
        "OPERATOR, , ops@example.org, true"
    })
    void onlyTheSenderOrAnOperatorCancels(Role role, String pattern, String sender, boolean may) throws Exception {
        long original = accepted(alert).id();
        Principal principal = role == Role.OPERATOR ? IntakeBench.OPERATOR : IntakeBench.speakingFor(pattern);

        IntakeResult result = bench.intake.accept(
                IntakeBench.submission("api", alert.cancel("c" + name).with("sender", sender), principal));

        assertThat(result).isInstanceOf(may ? Accepted.class : NotAllowed.class);
        assertThat(bench.state(original)).isEqualTo(may ? "CANCELLED" : "PLANNING");
    }

    @Test
    void aCancelThatComesFirstStopsItsAlertWhenThatComes() throws Exception {
        Accepted cancel = accepted(alert.cancel("c" + name));
        assertThat(cancel.reason()).contains("not known");

        Accepted original = accepted(alert);

        assertThat(original.state()).isEqualTo(AlertState.CANCELLED);
        assertThat(original.reason()).contains("by alert " + cancel.id());
        assertThat(bench.one("select supersedes from alert where id = ?", cancel.id()))
                .isEqualTo(String.valueOf(original.id()));
    }

    @Test
    void aCancelThatComesFirstStopsAnUpdateToo() throws Exception {
        Accepted original = accepted(alert);
        Cap update = alert.update("u" + name);
        accepted(update.cancel("c" + name));

        assertThat(accepted(update).state()).isEqualTo(AlertState.CANCELLED);
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
    }

    @Test
    void alertUpdateAndCancelInOneBatchTakeEffectInTheirOrder() {
        Cap update = alert.update("u" + name);
        Cap cancel = update.cancel("c" + name);

        List<IntakeResult> results = bench.intake.acceptAll(
                List.of(IntakeBench.submission(alert), IntakeBench.submission(update), IntakeBench.submission(cancel)));

        assertThat(results).allMatch(Accepted.class::isInstance);
        assertThat(results.stream().map(r -> bench.state(((Accepted) r).id())))
                .containsExactly("SUPERSEDED", "CANCELLED", "PLANNING");
    }

    @ParameterizedTest
    @CsvSource({
        "PLANNING, PLANNING, SUPERSEDED",
        "SENDING, PLANNING, SUPERSEDED",
        "HELD, PLANNING, SUPERSEDED",
        "DONE, PLANNING, SUPERSEDED",
        "EXPIRED, PLANNING, SUPERSEDED",
        "PENDING_APPROVAL, HELD, PENDING_APPROVAL",
        "CANCELLED, HELD, CANCELLED",
        "REJECTED, HELD, REJECTED"
    })
    void anUpdateTakesThePlaceOfItsOriginal(AlertState before, AlertState update, AlertState after) throws Exception {
        long original = accepted(alert).id();
        put(original, before);

        Accepted accepted = accepted(alert.update("u" + name));

        assertThat(accepted.state()).isEqualTo(update);
        assertThat(bench.state(original)).isEqualTo(after.name());
    }

    @Test
    void aHeldUpdateTakesThePlaceOfItsOriginalAtItsRelease() throws Exception {
        long original = accepted(alert).id();
        Accepted update = accepted(alert.update("u" + name).with("headline", "TEST"));
        assertThat(update.state()).isEqualTo(AlertState.HELD);
        assertThat(bench.state(original)).isEqualTo("PLANNING");

        assertThat(bench.decisions.release(update.id(), hash(update.id()), "olga"))
                .isEqualTo(new Decisions.Result.Done(AlertState.PLANNING));

        assertThat(bench.state(original)).isEqualTo("SUPERSEDED");
    }

    @Test
    void anUpdateOfAnUnknownAlertWaitsForAPerson() throws Exception {
        Accepted update = accepted(alert.update("u" + name));

        assertThat(update.state()).isEqualTo(AlertState.HELD);
        assertThat(update.reason()).contains("not known");
    }

    @ParameterizedTest
    @CsvSource({
        "HELD, release, PLANNING",
        "HELD, reject, REJECTED",
        "HELD, cancel, CANCELLED",
        "PENDING_APPROVAL, release, PLANNING",
        "SENDING, cancel, CANCELLED",
        "SENDING, release, SENDING",
        "SENDING, reject, SENDING",
        "REJECTED, release, REJECTED",
        "CANCELLED, release, CANCELLED",
        "DONE, cancel, CANCELLED",
        "SUPERSEDED, cancel, SUPERSEDED"
    })
    void aPersonDecidesWhereTheStateAllowsIt(AlertState before, String decision, AlertState after) throws Exception {
        long id = accepted(alert).id();
        put(id, before);

        Decisions.Result wrongHash = decide(decision, id, "0".repeat(64));
        assertThat(wrongHash).isInstanceOf(Decisions.Result.Refused.class);
        assertThat(bench.state(id)).isEqualTo(before.name());

        Decisions.Result result = decide(decision, id, hash(id));

        assertThat(result).isInstanceOf(before == after ? Decisions.Result.Refused.class : Decisions.Result.Done.class);
        assertThat(bench.state(id)).isEqualTo(after.name());
    }

    @Test
    void aCancelTellsThoseOfAllThatItsOriginalFollowedInTheWordsPreparedWithIt() throws Exception {
        long first = accepted(alert).id();
        Cap update = alert.update("u" + name).with("headline", "Water still rises");
        long second = accepted(update).id();

        Accepted cancel = accepted(bareCancel(update));

        assertThat(follows(second)).isEqualTo("{" + first + "}");
        assertThat(follows(cancel.id())).isEqualTo("{" + first + "," + second + "}");
        assertThat(bench.one("select message from alert where id = ?", cancel.id()))
                .isEqualTo(bench.one("select cancel_message from alert where id = ?", second))
                .contains("cancelled@", "Water still rises");
        assertThat(bench.one(
                        "select tells || ' ' || severity || ' ' || lane || ' ' || event from alert where id = ?",
                        cancel.id()))
                .as("as urgent as what it takes back")
                .isEqualTo("REACHED Severe 1 Flood");
    }

    @Test
    void aCancelOfAnUpdateThatNeverWentOutTellsNobody() throws Exception {
        long original = accepted(alert).id();
        Cap held = alert.update("u" + name).with("headline", "TEST");
        accepted(held);

        assertThat(accepted(held.cancel("c" + name)).state()).isEqualTo(AlertState.RECORDED);
        assertThat(bench.state(original)).isEqualTo("PLANNING");
    }

    @Test
    void anAllClearGoesToThoseWhoWereToldOnlyWhateverItsAddresses() throws Exception {
        long original = accepted(alert).id();

        Accepted allClear =
                (Accepted) bench.intake.accept(allClear(alert.update("u" + name).with("addresses", "nobody-here")));

        assertThat(allClear.state()).isEqualTo(AlertState.PLANNING);
        assertThat(bench.one("select tells from alert where id = ?", allClear.id()))
                .isEqualTo("REACHED");
        assertThat(follows(allClear.id())).isEqualTo("{" + original + "}");
        assertThat(bench.state(original)).isEqualTo("SUPERSEDED");
    }

    @Test
    void anAllClearMayBeAnAlertThatNamesWhatItEnds() throws Exception {
        long original = accepted(alert).id();

        Accepted allClear =
                (Accepted) bench.intake.accept(allClear(alert.update("u" + name).with("msgType", "Alert")));

        assertThat(follows(allClear.id())).isEqualTo("{" + original + "}");
        assertThat(bench.state(original)).isEqualTo("SUPERSEDED");
    }

    @Test
    void anAllClearOfWhatNobodyWasToldTellsNobody() throws Exception {
        long original = accepted(alert).id();
        put(original, AlertState.HELD);

        Accepted allClear = (Accepted) bench.intake.accept(allClear(alert.update("u" + name)));

        assertThat(allClear.state()).isEqualTo(AlertState.RECORDED);
        assertThat(bench.state(original)).isEqualTo("SUPERSEDED");
    }

    @Test
    void aReleasedUpdateFollowsWhatWentOutMeanwhile() throws Exception {
        long original = accepted(alert).id();
        long update =
                accepted(alert.update("u" + name).with("headline", "TEST")).id();
        assertThat(follows(update)).isEqualTo("null");

        bench.decisions.release(update, hash(update), "olga");

        assertThat(follows(update)).isEqualTo("{" + original + "}");
        assertThat(bench.one("select plan_phase from alert where id = ?", update))
                .isEqualTo("REACHED");
    }

    @Test
    void oneClickIsACancelOfItsOwn() throws Exception {
        long original = accepted(alert).id();
        put(original, AlertState.SENDING);

        var done = (Decisions.Result.Done) bench.decisions.cancel(original, hash(original), "olga");

        assertThat(done.state()).isEqualTo(AlertState.CANCELLED);
        assertThat(follows(done.toldBy())).isEqualTo("{" + original + "}");
        assertThat(bench.one("select msg_type || ' ' || state from alert where id = ?", done.toldBy()))
                .isEqualTo("Cancel PLANNING");
        assertThat(bench.decisions.cancel(done.toldBy(), hash(done.toldBy()), "olga"))
                .as("a Cancel is stopped, and nobody is told that it was")
                .isEqualTo(new Decisions.Result.Done(AlertState.CANCELLED));
    }

    @Test
    void aCancelThatCameFirstIsForgottenAfterAWhile() throws Exception {
        accepted(alert.cancel("c" + name));
        bench.jdbc()
                .sql("update cancel_ahead set at = now() - interval '8 days' where identifier = ?")
                .param(name)
                .update();

        assertThat(accepted(alert).state()).isEqualTo(AlertState.PLANNING);
    }

    @Test
    void aCancelThatCameFirstStopsOnlyAnAlertOfTheSenderThatItNames() throws Exception {
        accepted(alert.cancel("c" + name));

        assertThat(accepted(alert.with("sender", "other@example.org")).state()).isEqualTo(AlertState.PLANNING);
    }

    @Test
    void anAlertForNobodyCannotBeReleased() throws Exception {
        Accepted held = accepted(alert.with("addresses", "nobody-here"));

        assertThat(bench.decisions.release(held.id(), hash(held.id()), "olga"))
                .isInstanceOf(Decisions.Result.Refused.class);
    }

    private static Decisions.Result decide(String decision, long id, String hash) {
        return switch (decision) {
            case "release" -> bench.decisions.release(id, hash, "olga");
            case "reject" -> bench.decisions.reject(id, hash, "olga");
            default -> bench.decisions.cancel(id, hash, "olga");
        };
    }

    private static String follows(long id) {
        return bench.one("select coalesce(follows::text, 'null') from alert where id = ?", id);
    }

    private static Submission allClear(Cap cap) {
        return submission(cap, json -> json.replace("\"category\"", "\"responseType\": [\"AllClear\"], \"category\""));
    }

    /** Without info, as most Cancels are. */
    private Accepted accepted(Submission submission) throws UnacceptableSubmission {
        return (Accepted) bench.intake.accept(submission);
    }

    private Submission bareCancel(Cap of) {
        return submission(of.cancel("c" + name), json -> json.replaceFirst("(?s),\\s*\"info\".*", "}"));
    }

    private static Submission submission(Cap cap, UnaryOperator<String> changed) {
        byte[] json = changed.apply(cap.json()).getBytes(StandardCharsets.UTF_8);
        return new Submission("api", Format.CAP_JSON, json, Map.of(), IntakeBench.TRIGGER, null);
    }

    private static Accepted accepted(Cap cap) throws UnacceptableSubmission {
        return (Accepted) bench.send(cap);
    }

    private static void put(long id, AlertState state) {
        bench.jdbc()
                .sql("update alert set state = ? where id = ?")
                .params(state.name(), id)
                .update();
    }

    private static String hash(long id) {
        return bench.one("select content_hash from alert where id = ?", id);
    }
}
