package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.testing.TestDatabase;

/** An Update that speaks of two towns, of an alert that people of three had. */
class UpdatePartsTest {
    private static final String NORTH = "48,2 49,2 49,3 48,2";
    private static final String SOUTH = "45,4 46,4 46,5 45,4";

    @TempDir
    Path folder;

    private final TestDatabase database = TestDatabase.fresh();
    private PlanningHub hub;
    private long original;

    @BeforeEach
    void threeOfFourHadTheOriginal() {
        hub = new PlanningHub(database, folder, 0);
        hub.peopleAt("48.8,2.3", "45.8,4.2", "10,10", "48.8,2.31");
        original = hub.alert("Severe", "api", "Alert", "{}");
        hub.jdbc.update(
                "update alert set audience = ? where id = ?",
                audience("[\"p0000001\",\"p0000002\",\"p0000003\"]", ""),
                original);
        hub.plan();
        hub.jdbc.update(
                "insert into attempt_result (id, state, outcome_at, delivered_at)"
                        + " select id, 'DELIVERED', now(), now() from attempt_order where alert_id = ?",
                original);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static String audience(String contacts, String polygon) {
        String positions = polygon.isEmpty()
                ? ""
                : "{\"positions\":["
                        + String.join(
                                ",",
                                List.of(polygon.split(" ")).stream()
                                        .map(p ->
                                                "{\"latitude\":%s,\"longitude\":%s}".formatted((Object[]) p.split(",")))
                                        .toList())
                        + "]}";
        return "{\"groups\":[],\"contacts\":" + contacts + ",\"unknown\":[],\"polygons\":[" + positions
                + "],\"circles\":[],\"restrictToArea\":false}";
    }

    /** As the intake leaves it, but for the texts. */
    private long part(String polygon, String state) {
        long id = hub.alert("Severe", "api", "Update", "{}");
        hub.jdbc.update(
                "update alert set part_of = 'u', sent = 'epoch', tells = 'BOTH', plan_phase = 'REACHED',"
                        + " follows = array[?::bigint], audience = ?, state = ? where id = ?",
                original,
                audience("[]", polygon),
                state,
                id);
        return id;
    }

    private List<String> told(long alert) {
        return hub.jdbc.queryForList(
                "select c.ext_id || ' ' || coalesce(r.first_channel, '-') from recipient r"
                        + " join contact c on c.id = r.person_id where r.alert_id = ? order by c.ext_id",
                String.class,
                alert);
    }

    @Test
    void eachPartTellsThoseOfItsTownAndTheFirstAlsoWhomNoneIsForAnyMore() {
        long north = part(NORTH, "PLANNING");
        long south = part(SOUTH, "PLANNING");

        hub.plan();

        assertThat(told(north)).containsExactly("p0000001 whatsapp", "p0000003 whatsapp", "p0000004 -");
        assertThat(told(south)).containsExactly("p0000002 whatsapp");
    }

    @Test
    void whomAPartThatHadExpiredWasForIsToldByTheOther() {
        long north = part(NORTH, "RECORDED");
        long south = part(SOUTH, "PLANNING");

        hub.plan();

        assertThat(told(north)).isEmpty();
        assertThat(told(south)).containsExactly("p0000001 whatsapp", "p0000002 whatsapp", "p0000003 whatsapp");
    }

    @Test
    void aPartThatIsReleasedLaterTellsNobodyAgainWhoWasToldByAnother() {
        long north = part(NORTH, "HELD");
        long south = part(SOUTH, "PLANNING");
        hub.plan();
        assertThat(told(south)).containsExactly("p0000002 whatsapp", "p0000003 whatsapp");

        hub.jdbc.update("update alert set state = 'PLANNING' where id = ?", north);
        hub.plan();

        assertThat(told(north)).containsExactly("p0000001 whatsapp", "p0000004 -");
    }
}
