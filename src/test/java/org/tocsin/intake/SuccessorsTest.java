package org.tocsin.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tocsin.intake.IntakeBench.Cap;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.IntakeResult.Conflict;
import org.tocsin.intake.IntakeResult.Duplicate;
import org.tocsin.intake.IntakeResult.NotAllowed;

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
        assertThat(cancel.state()).isEqualTo(AlertState.RECORDED);
        assertThat(cancel.reason()).isEqualTo("It cancelled alert " + original + ".");
        assertThat(bench.one("select supersedes from alert where id = ?", cancel.id()))
                .isEqualTo(String.valueOf(original));
        assertThat(bench.count("journal where what = 'alert-cancelled' and alert_id = " + original))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = AlertState.class,
            names = {"DONE", "EXPIRED", "REJECTED", "RECORDED", "SUPERSEDED"})
    void aCancelOfWhatIsOverIsKeptAndSaysSo(AlertState state) throws Exception {
        long original = accepted(alert).id();
        put(original, state);

        Accepted cancel = accepted(alert.cancel("c" + name));

        assertThat(bench.state(original)).isEqualTo(state.name());
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
                .containsExactly("SUPERSEDED", "CANCELLED", "RECORDED");
    }

    @ParameterizedTest
    @CsvSource({
        "PLANNING, PLANNING, SUPERSEDED",
        "SENDING, PLANNING, SUPERSEDED",
        "HELD, PLANNING, SUPERSEDED",
        "DONE, PLANNING, DONE",
        "EXPIRED, PLANNING, EXPIRED",
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
        "DONE, cancel, DONE"
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
