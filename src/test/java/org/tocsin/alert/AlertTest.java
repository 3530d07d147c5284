package org.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertTest {

    private static Alert alert(List<Map<String, Object>> infos) throws CapProblem {
        Map<String, Object> draft = Documents.draft();
        draft.put("info", infos);
        if (infos.isEmpty()) {
            draft.put("msgType", "Ack");
        }
        return CapJson.read(Documents.json(draft));
    }

    private static Map<String, Object> info(Object... namesAndValues) {
        Map<String, Object> info = Documents.info(Documents.draft());
        info.putAll(Documents.members(namesAndValues));
        return info;
    }

    @ParameterizedTest
    @CsvSource({
        "Minor, Severe, Severe",
        "Extreme, Severe, Extreme",
        "Unknown, Minor, Minor",
        "Moderate, Minor, Moderate",
        "Unknown, Unknown, Unknown"
    })
    void theWorstSeverityCounts(String one, String other, Severity worst) throws CapProblem {
        assertThat(alert(List.of(info("severity", one), info("severity", other)))
                        .severity())
                .isEqualTo(worst);
    }

    @ParameterizedTest
    @CsvSource({
        "Past, Future, Future",
        "Immediate, Expected, Immediate",
        "Unknown, Past, Past",
        "Expected, Future, Expected",
        "Unknown, Unknown, Unknown"
    })
    void theMostPressingUrgencyCounts(String one, String other, Urgency most) throws CapProblem {
        assertThat(alert(List.of(info("urgency", one), info("urgency", other))).urgency())
                .isEqualTo(most);
    }

    @Test
    void theLatestMomentOfExpiryCountsNotTheLatestClockTime() throws CapProblem {
        Alert alert = alert(List.of(
                info("expires", "2026-11-22T20:00:00+09:00"), info(), info("expires", "2026-11-22T19:00:00+01:00")));
        assertThat(alert.expires()).isEqualTo("2026-11-22T19:00:00+01:00");
        assertThat(alert(List.of(info())).expires()).isNull();
    }

    @Test
    void anAlertWithoutInfoSaysNothingOfItself() throws CapProblem {
        Alert alert = alert(List.of());
        assertThat(alert.severity()).isEqualTo(Severity.Unknown);
        assertThat(alert.urgency()).isEqualTo(Urgency.Unknown);
        assertThat(alert.expires()).isNull();
        assertThat(alert.event()).isNull();
        assertThat(alert.infoFor("en")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        // range, languages of the alert, which is chosen
        "fr-CA, en-US fr-CA fr, 1",
        "FR-ca, en-US fr-CA fr, 1",
        "fr-CA, en-US fr, 1",
        "fr-BE, en-US fr-CA fr, 2",
        "zh-Hant-TW-x-private, en zh zh-Hant, 2",
        "de, en-US fr, 0",
        "fr, en-US fr-CA, 1",
        "fr-BE, en-US fr-CA, 1",
        "fr, en-US fr-CA fr-CA, 1",
        "f, en-US fr, 0",
        "frr, en-US fr, 0",
        "'', en-US fr, 0",
        "*, en-US fr, 0",
        "-, en-US fr, 0",
        "--, en-US fr, 0"
    })
    void theInfoOfAReadersLanguageIsFound(String range, String languages, int chosen) throws CapProblem {
        List<Map<String, Object>> infos = new ArrayList<>();
        for (String language : languages.split(" ")) {
            infos.add(info("language", language, "event", "event " + infos.size()));
        }
        Info info = alert(infos).infoFor(range);
        assertThat(info).isNotNull().extracting(Info::event).isEqualTo("event " + chosen);
    }

    @Test
    void anInfoWithoutLanguageIsInAmericanEnglish() throws CapProblem {
        Map<String, Object> info = info();
        info.remove("language");
        assertThat(alert(List.of(info)).infos().get(0).language()).isEqualTo("en-US");
    }

    @Test
    void aReferenceNamesTheAlertWhicheverZoneItsTimeIsWrittenIn() throws CapProblem {
        Alert alert = alert(List.of(info()));
        Reference other = new Reference("gauge@example.org", "flood-1", OffsetDateTime.parse("2026-11-22T13:03:00Z"));
        assertThat(alert.reference()).isNotEqualTo(other);
        assertThat(alert.reference().isSameAs(other)).isTrue();
        assertThat(alert.reference().isSameAs(new Reference("x", "flood-1", other.sent())))
                .isFalse();
        assertThat(alert.reference().isSameAs(new Reference(other.sender(), "x", other.sent())))
                .isFalse();
        assertThat(alert.reference()
                        .isSameAs(new Reference(
                                other.sender(), "flood-1", other.sent().plusSeconds(1))))
                .isFalse();
    }
}
