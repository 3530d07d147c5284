package org.tocsin.intake.cap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.IntakeResult.Conflict;
import org.tocsin.intake.IntakeResult.Duplicate;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.admission.Admission;

/** The rules of CAP that decide whether anybody is told: the table of the README, a row each. */
class CapRulesInForceTest {
    private static final IntakeBench bench = new IntakeBench();

    @AfterAll
    static void close() {
        bench.close();
    }

    private final String identifier = "r-" + UUID.randomUUID();
    private final String sent = OffsetDateTime.now(ZoneOffset.UTC).format(IntakeBench.CAP_TIME);

    private static final String INFO = "{'language':'en','category':'Met','event':'Flood','urgency':'Immediate',"
            + "'severity':'Severe','certainty':'Observed','headline':'Water rises'%s}";

    private static final String PARIS = "'area':{'areaDesc':'Paris','polygon':'48,2 49,2 49,3 48,3 48,2'}";
    private static final String ELSEWHERE = "'area':{'areaDesc':'Sea','polygon':'10,2 11,2 11,3 10,3 10,2'}";

    private Accepted send(String head, String info) throws UnacceptableSubmission {
        return (Accepted) bench.intake.accept(submission(identifier, head, info));
    }

    private Submission submission(String name, String head, String info) {
        String json = "{'identifier':'%s','sender':'rules@example.org','sent':'%s',%s,'info':[%s]}"
                .formatted(name, sent, head, info)
                .replace('\'', '"');
        return new Submission(
                "api", Format.CAP_JSON, json.getBytes(StandardCharsets.UTF_8), Map.of(), IntakeBench.OPERATOR, null);
    }

    private static String head(String status, String type, String scope, String more) {
        return "'status':'%s','msgType':'%s','scope':'%s'%s".formatted(status, type, scope, more);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        an area in which people are                  | Actual   | Alert  | Public     |                       | ,PARIS                                                       | PLANNING |
        addresses                                    | Actual   | Alert  | Private    | 'addresses':['p1']    |                                                              | PLANNING |
        neither area nor addressee is nobody         | Actual   | Alert  | Public     |                       |                                                              | HELD     | neither addresses nor
        an area in words alone is nobody             | Actual   | Alert  | Public     |                       | ,'area':{'areaDesc':'Paris'}                                 | HELD     | neither addresses nor
        a geocode alone is nobody                    | Actual   | Alert  | Public     |                       | ,'area':{'areaDesc':'Paris','geocode':{'valueName':'FIPS','value':'1'}} | HELD | neither addresses nor
        an area in which nobody is                   | Actual   | Alert  | Public     |                       | ,ELSEWHERE                                                   | HELD     | Nobody is found whom it concerns.
        latitude and longitude exchanged             | Actual   | Alert  | Public     |                       | ,'area':{'areaDesc':'P','polygon':'2,48 2,49 3,49 3,48 2,48'} | HELD    | with latitude and longitude exchanged
        a polygon that crosses itself                | Actual   | Alert  | Public     |                       | ,'area':{'areaDesc':'P','polygon':'48,2 49,3 48,3 49,2 48,2'} | HELD    | crosses or touches itself
        Private is never for an area                 | Actual   | Alert  | Private    |                       | ,PARIS                                                       | HELD     | its scope is Private
        Restricted is never for an area              | Actual   | Alert  | Restricted | 'restriction':'ops'   | ,PARIS                                                       | HELD     | its scope is Restricted
        past expires is recorded                     | Actual   | Alert  | Private    | 'addresses':['p1']    | ,'expires':'2026-01-01T00:00:00-00:00'                       | RECORDED | It had expired
        Ack never alerts                             | Actual   | Ack    | Private    | 'addresses':['p1']    | ,PARIS                                                       | RECORDED | It is an Ack
        Error never alerts                           | Actual   | Error  | Private    | 'addresses':['p1']    | ,PARIS                                                       | RECORDED | It is an Error
        System is for nobody                         | System   | Alert  | Private    | 'addresses':['p1']    | ,PARIS                                                       | RECORDED | System
        Test is for nobody                           | Test     | Alert  | Private    | 'addresses':['p1']    | ,PARIS                                                       | RECORDED | Test
        Draft is for nobody                          | Draft    | Alert  | Private    | 'addresses':['p1']    | ,PARIS                                                       | RECORDED | Draft
        an Exercise for people who are no players    | Exercise | Alert  | Private    | 'addresses':['flood-zone-a'] | ,PARIS                                                | RECORDED | none of tocsin.intake.players
        an Exercise for players                      | Exercise | Alert  | Private    | 'addresses':['duty','flood-zone-a'] |                                                | PLANNING |
        an Exercise for an area is for the players   | Exercise | Alert  | Public     |                       | ,PARIS                                                       | PLANNING |
        a misspelt word is refused                   | Actual   | Alert  | Private    | 'addresses':['p1']    | ,'headlime':'x'                                              | PARKED   |
        a link is kept                               | Actual   | Alert  | Private    | 'addresses':['p1']    | ,'senderName':'T','web':'http://127.0.0.1:9/x'               | PLANNING |
        an Update that names nothing                 | Actual   | Update | Private    | 'addresses':['p1']    |                                                              | HELD     | names no alert
        an Update of what is not known               | Actual   | Update | Private    | 'addresses':['p1'],'references':'a@b,c,2026-01-01T00:00:00-00:00' |                  | HELD     | not known here
        unknown parameters are kept                  | Actual   | Alert  | Private    | 'addresses':['p1']    | ,'parameter':{'valueName':'awareness_level','value':'3; orange; Severe'} | PLANNING |
        """)
    void aRule(
            String rule,
            String status,
            String type,
            String scope,
            String head,
            String info,
            String state,
            String reason)
            throws Exception {
        String more = info == null ? "" : info.replace("PARIS", PARIS).replace("ELSEWHERE", ELSEWHERE);
        String top = head(status, type, scope, head == null ? "" : "," + head);
        if (state.equals("PARKED")) {
            assertThatThrownBy(() -> send(top, INFO.formatted(more))).isInstanceOf(UnacceptableSubmission.class);
            return;
        }

        Accepted accepted = send(top, INFO.formatted(more));

        assertThat(accepted.state().name()).isEqualTo(state);
        if (reason != null) {
            assertThat(accepted.reason()).contains(reason);
        }
    }

    @Test
    void anExerciseReachesThePlayersItNamesAloneWithItsMarkInEveryLanguageAndAfterAllElse() throws Exception {
        Accepted exercise = send(
                head("Exercise", "Alert", "Public", ",'addresses':['duty','flood-zone-a']"),
                INFO.formatted("," + PARIS));

        Map<String, Object> row = bench.jdbc()
                .sql("select * from alert where id = ?")
                .param(exercise.id())
                .query()
                .singleRow();
        assertThat(Admission.audience((String) row.get("audience")))
                .satisfies(a -> assertThat(a.groups()).containsExactly("duty"))
                .satisfies(a -> assertThat(a.polygons()).isEmpty());
        assertThat((String) row.get("message")).contains("EXERCISE - ", "EXERCICE - ");
        assertThat(row).containsEntry("lane", 5);
    }

    private String reference() {
        return ",'references':'rules@example.org,%s,%s'".formatted(identifier, sent);
    }

    private Accepted follow(String prefix, String status, String type, String more, String info) throws Exception {
        return (Accepted) bench.intake.accept(
                submission(prefix + identifier, head(status, type, "Private", more + reference()), info));
    }

    private Map<String, Object> row(Accepted alert) {
        return bench.jdbc()
                .sql("select state, reason, tells, follows::text, message, lane from alert where id = ?")
                .param(alert.id())
                .query()
                .singleRow();
    }

    @Test
    void aCancelOfAnExerciseEndsItAndIsForThoseWhoGotItWithItsMark() throws Exception {
        Accepted exercise = send(head("Exercise", "Alert", "Private", ",'addresses':['duty']"), INFO.formatted(""));

        Accepted cancel = follow("c-", "Exercise", "Cancel", "", "");

        assertThat(bench.state(exercise.id())).isEqualTo("CANCELLED");
        assertThat(row(cancel))
                .containsEntry("state", "PLANNING")
                .containsEntry("tells", "REACHED")
                .containsEntry("follows", "{" + exercise.id() + "}")
                .containsEntry("lane", 5);
        assertThat((String) row(cancel).get("message")).contains("EXERCISE - ", "EXERCICE - ");
    }

    @Test
    void anUpdateOfAnExerciseTakesItsPlaceForThePlayers() throws Exception {
        Accepted exercise = send(head("Exercise", "Alert", "Private", ",'addresses':['duty']"), INFO.formatted(""));

        Accepted update = follow("u-", "Exercise", "Update", ",'addresses':['duty']", INFO.formatted(""));

        assertThat(bench.state(exercise.id())).isEqualTo("SUPERSEDED");
        assertThat(row(update))
                .containsEntry("state", "PLANNING")
                .containsEntry("tells", "BOTH")
                .containsEntry("follows", "{" + exercise.id() + "}");
    }

    @ParameterizedTest(name = "{1} of status {2} leaves one of status {0} as it is")
    @CsvSource({
        "Actual, Cancel, Exercise, RECORDED",
        "Exercise, Cancel, Actual, RECORDED",
        "Actual, Update, Exercise, HELD",
        "Exercise, Update, Actual, HELD",
        "Actual, Cancel, Test, RECORDED",
        "Exercise, Cancel, System, RECORDED"
    })
    void whatIsRealAndAnExerciseNeverTouchEachOther(String status, String type, String by, String state)
            throws Exception {
        Accepted original = send(head(status, "Alert", "Private", ",'addresses':['duty']"), INFO.formatted(""));

        Accepted follower = follow("f-", by, type, ",'addresses':['duty']", INFO.formatted(""));

        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
        assertThat(row(follower)).containsEntry("state", state).containsEntry("follows", null);
        if (!by.equals("Test") && !by.equals("System")) {
            assertThat((String) row(follower).get("reason"))
                    .contains("Alert " + original.id() + " has the status " + status, "left as it is");
        }
    }

    @ParameterizedTest(name = "a Cancel of status {0} that came first, and one of status {1}")
    @CsvSource({"Exercise, Actual", "Actual, Exercise"})
    void aCancelThatComesFirstStopsOnlyWhatIsOfItsStatusAndDoesNotHideTheOther(String first, String other)
            throws Exception {
        follow("c-", first, "Cancel", "", "");
        Accepted alert = send(head(other, "Alert", "Private", ",'addresses':['duty']"), INFO.formatted(""));
        assertThat(alert.state()).isEqualTo(AlertState.PLANNING);

        String second = identifier + "-2";
        for (String status : new String[] {first, other}) {
            bench.intake.accept(submission(
                    status + second,
                    head(status, "Cancel", "Private", reference().replace(identifier, second)),
                    ""));
        }
        Accepted late = (Accepted) bench.intake.accept(
                submission(second, head(other, "Alert", "Private", ",'addresses':['duty']"), INFO.formatted("")));
        assertThat(late.state()).isEqualTo(AlertState.CANCELLED);
    }

    @Test
    void aCancelBeforeTheReleaseRejectsWhatWaitsAndASecondOneIsRefused() throws Exception {
        Accepted held = send(head("Actual", "Alert", "Public", ""), INFO.formatted(""));
        String reference = ",'references':'rules@example.org,%s,%s'".formatted(identifier, sent);

        Accepted cancel = (Accepted)
                bench.intake.accept(submission("c-" + identifier, head("Actual", "Cancel", "Public", reference), ""));
        IntakeResult second =
                bench.intake.accept(submission("d-" + identifier, head("Actual", "Cancel", "Public", reference), ""));

        assertThat(cancel.state()).isEqualTo(AlertState.RECORDED);
        assertThat(bench.state(held.id())).isEqualTo("CANCELLED");
        assertThat(second).isInstanceOf(Conflict.class);
    }

    @Test
    void twoInfosInOneLanguageAreTwoAlertsEachForItsOwnPeopleAndOneCancelTakesBackBoth() throws Exception {
        String lyon = "'area':{'areaDesc':'Lyon','polygon':'45,4 46,4 46,5 45,5 45,4'}";
        String infos = INFO.formatted("," + PARIS) + ","
                + INFO.replace("'en'", "'fr'")
                        .replace("Water rises", "L'eau monte".replace("'", "’"))
                        .formatted("," + PARIS)
                + "," + INFO.replace("Water rises", "Stay inside").formatted("," + lyon);
        Submission submission = submission(identifier, head("Actual", "Alert", "Public", ""), infos);

        Accepted first = (Accepted) bench.intake.accept(submission);
        IntakeResult again = bench.intake.accept(submission);

        List<Map<String, Object>> rows = bench.jdbc()
                .sql("select identifier, message, audience, state from alert where identifier like ? order by id")
                .param(identifier + "%")
                .query()
                .listOfRows();
        assertThat(rows).hasSize(2);
        assertThat((String) rows.get(0).get("message"))
                .contains("Water rises", "eau monte")
                .doesNotContain("Stay inside");
        assertThat((String) rows.get(1).get("message")).contains("Stay inside").doesNotContain("Water rises");
        assertThat((String) rows.get(0).get("audience")).contains("48.0").doesNotContain("45.0");
        assertThat(((Duplicate) again).id()).isEqualTo(first.id());

        bench.intake.accept(submission(
                "c-" + identifier,
                head(
                        "Actual",
                        "Cancel",
                        "Public",
                        ",'references':'rules@example.org,%s,%s'".formatted(identifier, sent)),
                ""));
        assertThat(bench.count("alert where state = 'CANCELLED' and identifier like '" + identifier + "%'"))
                .isEqualTo(2);
    }

    @Test
    void aCancelThatComesBeforeItsAlertStopsAllItsParts() throws Exception {
        bench.intake.accept(submission(
                "c-" + identifier,
                head(
                        "Actual",
                        "Cancel",
                        "Public",
                        ",'references':'rules@example.org,%s,%s'".formatted(identifier, sent)),
                ""));
        send(
                head("Actual", "Alert", "Private", ",'addresses':['p1']"),
                INFO.formatted("") + ","
                        + INFO.replace("Water rises", "Stay inside").formatted(""));

        assertThat(bench.count("alert where state = 'CANCELLED' and identifier like '" + identifier + "%'"))
                .isEqualTo(2);
    }

    /** Who of those that had the original is told by which part: {@code UpdatePartsTest}. */
    @Test
    void anUpdateWithTwoInfosInOneLanguageIsTwoAlertsThatTakeTheOriginalsPlaceOnce() throws Exception {
        Accepted original = send(head("Actual", "Alert", "Public", ""), INFO.formatted("," + PARIS));
        String lyon = "'area':{'areaDesc':'Lyon','polygon':'45,4 46,4 46,5 45,5 45,4'}";
        String infos = INFO.formatted("," + PARIS) + ","
                + INFO.replace("Water rises", "Stay inside").formatted("," + lyon);
        Submission update = submission("u-" + identifier, head("Actual", "Update", "Public", reference()), infos);

        Accepted first = (Accepted) bench.intake.accept(update);
        IntakeResult again = bench.intake.accept(update);

        List<Map<String, Object>> rows = bench.jdbc()
                .sql("select identifier, message, audience, state, tells, follows::text, part_of from alert"
                        + " where identifier like ? order by id")
                .param("u-" + identifier + "%")
                .query()
                .listOfRows();
        assertThat(bench.state(original.id())).isEqualTo("SUPERSEDED");
        assertThat(((Duplicate) again).id()).isEqualTo(first.id());
        assertThat(rows).hasSize(2).allSatisfy(row -> assertThat(row)
                .containsEntry("state", "PLANNING")
                .containsEntry("tells", "BOTH")
                .containsEntry("follows", "{" + original.id() + "}")
                .containsEntry("part_of", "u-" + identifier));
        assertThat((String) rows.get(0).get("message")).contains("Water rises").doesNotContain("Stay inside");
        assertThat((String) rows.get(1).get("message")).contains("Stay inside").doesNotContain("Water rises");
        assertThat((String) rows.get(1).get("audience")).contains("45.0").doesNotContain("48.0");

        bench.intake.accept(submission(
                "c-" + identifier,
                head("Actual", "Cancel", "Public", reference().replace(identifier, "u-" + identifier)),
                ""));
        assertThat(bench.count("alert where state = 'CANCELLED' and identifier like 'u-" + identifier + "%'"))
                .isEqualTo(2);
    }

    @Test
    void anUpdateThatIsTakenBackBeforeItComesIsSentInNoneOfItsParts() throws Exception {
        send(head("Actual", "Alert", "Private", ",'addresses':['p1']"), INFO.formatted(""));
        bench.intake.accept(submission(
                "c-" + identifier,
                head("Actual", "Cancel", "Public", reference().replace(identifier, "u-" + identifier)),
                ""));
        bench.intake.accept(submission(
                "u-" + identifier,
                head("Actual", "Update", "Private", ",'addresses':['p1']" + reference()),
                INFO.formatted("") + ","
                        + INFO.replace("Water rises", "Stay inside").formatted("")));

        assertThat(bench.count("alert where state = 'CANCELLED' and identifier like 'u-" + identifier + "%'"))
                .isEqualTo(2);
    }

    @Test
    void aPlaceThatHasExpiredIsRecordedAndTheOtherIsTold() throws Exception {
        Accepted first = send(
                head("Actual", "Alert", "Private", ",'addresses':['p1']"),
                INFO.formatted(",'expires':'2026-01-01T00:00:00-00:00'") + ","
                        + INFO.replace("Water rises", "Stay inside").formatted(""));

        assertThat(first.state()).isEqualTo(AlertState.RECORDED);
        assertThat(bench.one("select state from alert where identifier = ?", identifier + "~part2"))
                .isEqualTo("PLANNING");
    }
}
