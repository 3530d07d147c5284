package org.tocsin.intake.cap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.directory.Audience;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.admission.Admission;

/** Whom an alert is for, when, and what of it is kept: the audience that is frozen with it, never only its state. */
class WhomCapIsForTest {
    private static final IntakeBench bench = new IntakeBench();
    private static final String PARIS = "'area':{'areaDesc':'Paris','polygon':'48,2 49,2 49,3 48,3 48,2'}";
    private static final String INFO = "{'language':'en','category':'Met','event':'Flood','urgency':'Immediate',"
            + "'severity':'Severe','certainty':'Observed','headline':'Water rises',%s}";

    @AfterAll
    static void close() {
        bench.close();
    }

    private final String identifier = "w-" + UUID.randomUUID();

    private Accepted send(String head, String infos) throws Exception {
        String json = "{'identifier':'%s','sender':'whom@example.org','sent':'%s','msgType':'Alert',%s,'info':[%s]}"
                .formatted(identifier, OffsetDateTime.now(ZoneOffset.UTC).format(IntakeBench.CAP_TIME), head, infos)
                .replace('\'', '"');
        return (Accepted) bench.intake.accept(new Submission(
                "api", Format.CAP_JSON, json.getBytes(StandardCharsets.UTF_8), Map.of(), IntakeBench.OPERATOR, null));
    }

    private static Audience audience(Accepted accepted) {
        return Admission.audience(bench.one("select audience from alert where id = ?", accepted.id()));
    }

    @Test
    void anExerciseForAnAreaIsForThePlayersAndForNobodyInTheArea() throws Exception {
        Accepted exercise = send("'status':'Exercise','scope':'Public'", INFO.formatted(PARIS));

        assertThat(exercise.state()).isEqualTo(AlertState.PLANNING);
        assertThat(audience(exercise).groups()).containsExactly("duty");
        assertThat(audience(exercise).contacts()).isEmpty();
        assertThat(audience(exercise).polygons()).isEmpty();
        assertThat(audience(exercise).circles()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Private, ''", "Restricted, ',''restriction'':''crews'''"})
    void whatIsNotPublicIsForItsAddressesAloneAlsoWithAnArea(String scope, String restriction) throws Exception {
        Accepted alert = send(
                "'status':'Actual','scope':'%s'%s,'addresses':['p1']".formatted(scope, restriction),
                INFO.formatted(PARIS));

        assertThat(alert.state()).isEqualTo(AlertState.PLANNING);
        assertThat(audience(alert).contacts()).containsExactly("p1");
        assertThat(audience(alert).groups()).isEmpty();
        assertThat(audience(alert).polygons()).isEmpty();
        assertThat(audience(alert).circles()).isEmpty();
    }

    @Test
    void oneLanguageTwiceForOneAreaIsAnAlertForEachOfItsTimes() throws Exception {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        String first = times(now.plusHours(1), now.plusHours(2));
        String second = times(now.plusHours(12), now.plusHours(14));

        Accepted alert = send(
                "'status':'Actual','scope':'Public'",
                INFO.formatted(PARIS + first) + ","
                        + INFO.formatted(PARIS + second).replace("rises", "rises again"));

        assertThat(alert.state()).isEqualTo(AlertState.PLANNING);
        List<Map<String, Object>> parts = bench.jdbc()
                .sql("select message, audience, state, extract(epoch from expires - now()) / 3600 as hours from alert"
                        + " where identifier like ? order by id")
                .param(identifier + "%")
                .query()
                .listOfRows();
        assertThat(parts).hasSize(2).allSatisfy(part -> assertThat(part).containsEntry("state", "PLANNING"));
        assertThat((String) parts.get(0).get("message")).doesNotContain("rises again");
        assertThat((String) parts.get(1).get("message")).contains("rises again");
        assertThat(((Number) parts.get(0).get("hours")).doubleValue()).isBetween(1.0, 2.1);
        assertThat(((Number) parts.get(1).get("hours")).doubleValue()).isBetween(13.0, 14.1);
        assertThat(parts.get(1).get("audience")).isEqualTo(parts.get(0).get("audience"));
    }

    private static String times(OffsetDateTime onset, OffsetDateTime expires) {
        return ",'onset':'%s','expires':'%s'"
                .formatted(onset.format(IntakeBench.CAP_TIME), expires.format(IntakeBench.CAP_TIME));
    }

    @ParameterizedTest(name = "{0} places")
    @CsvSource({"20, 20, PLANNING", "21, 1, HELD"})
    void moreThanTwentyPlacesAreNotToldApartAndWait(int places, int alerts, String state) throws Exception {
        List<String> infos = new ArrayList<>();
        for (int i = 0; i < places; i++) {
            infos.add(INFO.formatted(PARIS.replace("49,3", "49.%02d,3".formatted(i))));
        }

        Accepted first = send("'status':'Actual','scope':'Public'", String.join(",", infos));

        assertThat(first.state().name()).isEqualTo(state);
        assertThat(bench.count("alert where state = '" + state + "' and identifier like '" + identifier + "%'"))
                .isEqualTo(alerts);
        if (state.equals("HELD")) {
            assertThat(first.reason()).contains("send each as an alert of its own");
        }
    }

    @Test
    void whatIsNotKnownHereIsKeptWithTheAlert() throws Exception {
        Accepted alert = send(
                "'status':'Actual','scope':'Private','addresses':['p1'],'code':['IPAWSv1.0']",
                INFO.formatted("'eventCode':{'valueName':'SAME','value':'FFW'},"
                        + "'parameter':[{'valueName':'awareness_level','value':'3; orange; Severe'}],"
                        + PARIS.replace("'Paris',", "'Paris','geocode':{'valueName':'NUTS3','value':'FR101'},")));

        assertThat(alert.state()).isEqualTo(AlertState.PLANNING);
        assertThat(bench.one("select cap from alert where id = ?", alert.id()))
                .contains("IPAWSv1.0", "SAME", "FFW", "awareness_level", "3; orange; Severe", "NUTS3", "FR101");
    }
}
