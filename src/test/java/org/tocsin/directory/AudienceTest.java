package org.tocsin.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tocsin.directory.DirectoryFixture.alert;
import static org.tocsin.directory.DirectoryFixture.area;
import static org.tocsin.directory.DirectoryFixture.in;
import static org.tocsin.directory.DirectoryFixture.info;
import static org.tocsin.directory.DirectoryFixture.polygon;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Area;
import org.tocsin.alert.Value;

class AudienceTest {
    /** A square degree in which Lyon is, and Paris is not. */
    private static final Area LYON = area(polygon("45.2,4.3 46.2,4.3 46.2,5.3 45.2,5.3 45.2,4.3"));

    private static DirectoryFixture fixture;

    @BeforeAll
    static void people() {
        fixture = new DirectoryFixture();
        fixture.rows(
                "paris,N,fr,,,staff;duty,48.85,2.35,sms",
                "lyon,N,fr,,,staff,45.76,4.83,sms",
                "nowhere,N,fr,,,staff,,,sms",
                "fiji-west,N,en,,,sea,-17.0,179.5,sms",
                "fiji-east,N,en,,,sea,-17.0,-179.5,sms",
                "pole,N,en,,,sea,89.9,10,sms",
                "duty,N,en,,,,48.86,2.36,sms",
                "left,N,en,,,gone;staff,48.85,2.35,sms");
        fixture.rows(
                "paris,N,fr,,,staff;duty,48.85,2.35,sms",
                "lyon,N,fr,,,staff,45.76,4.83,sms",
                "nowhere,N,fr,,,staff,,,sms",
                "fiji-west,N,en,,,sea,-17.0,179.5,sms",
                "fiji-east,N,en,,,sea,-17.0,-179.5,sms",
                "pole,N,en,,,sea,89.9,10,sms",
                "duty,N,en,,,,48.86,2.36,sms");
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @ParameterizedTest(name = "{0} tells {1}, unknown {2}")
    @CsvSource({
        "staff,              paris lyon nowhere, ''",
        "lyon,               lyon,               ''",
        "lyon staff lyon,    paris lyon nowhere, ''",
        "duty,               paris duty,         ''", // both a group and a contact
        "sea lyon nobody,    lyon fiji-west fiji-east pole, nobody",
        "STAFF,              '',                 STAFF",
        "sta%,               '',                 sta%",
        "left,               '',                 left", // no longer in the file
        "gone,               '',                 gone", // only people who left
    })
    void addressesNameGroupsAndContactsExactly(String addresses, String told, String unknown) {
        Audience audience = fixture.directory.audience(alert(words(addresses), in(LYON)));

        assertThat(fixture.idsOf(audience)).containsExactlyElementsOf(words(told));
        assertThat(fixture.directory.count(audience)).isEqualTo(words(told).size());
        assertThat(audience.unknown()).containsExactlyElementsOf(words(unknown));
        assertThat(audience.polygons()).as("areas are ignored").isEmpty();
        assertThat(audience.reason() == null).isEqualTo(!told.isEmpty());
    }

    @ParameterizedTest(name = "{0} tells {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "45.2,4.3 46.2,4.3 46.2,5.3 45.2,5.3 45.2,4.3           | lyon",
                "45.2,5.3 46.2,5.3 46.2,4.3 45.2,4.3 45.2,5.3           | lyon", // the other way round
                "45,2 49,2 49,2.5 45,2.5 45,2                           | paris duty",
                "-18,179 -16,179 -16,-179 -18,-179 -18,179              | fiji-west fiji-east",
                "-18,-179 -16,-179 -16,179 -18,179 -18,-179             | fiji-west fiji-east",
                "-18,179 -16,179 -16,180 -18,180 -18,179                | fiji-west",
                "-18,-180 -16,-180 -16,-179 -18,-179 -18,-180           | fiji-east",
                "-18,170 -16,170 -16,179.9 -16,-170 -18,-170 -18,170    | fiji-west fiji-east",
                "40,0 50,0 50,10 40,10 40,0                             | paris lyon duty",
                "0,0 1,0 1,1 0,0                                        | ''",
            })
    void aPolygonTellsThoseWhoLiveInIt(String pairs, String told) {
        Audience audience = fixture.directory.audience(alert(List.of(), in(area(polygon(pairs)))));

        assertThat(fixture.idsOf(audience)).containsExactlyElementsOf(words(told));
        assertThat(fixture.directory.count(audience)).isEqualTo(words(told).size());
    }

    @ParameterizedTest(name = "{2} km round {0},{1} tells {3}")
    @CsvSource({
        "48.85,   2.35,  0.5,   paris",
        "48.85,   2.35,  2,     paris duty",
        "48.85,   2.35,  391,   paris duty",
        "48.85,   2.35,  393,   paris lyon duty", // Paris to Lyon: 391.9 km
        "48.85,   2.35,  0,     paris",
        "48.0,    2.0,   0,     ''",
        "-17,     180,   54,    fiji-west fiji-east", // each 53.2 km away
        "-17,    -180,   54,    fiji-west fiji-east",
        "-17,     179.9, 45,    fiji-west",
        "90,      0,     12,    pole",
        "89.95,  -170,   20,    pole", // over the pole
        "0,       0,     20100, paris lyon fiji-west fiji-east pole duty",
    })
    void aCircleTellsThoseWithinItsRadius(double latitude, double longitude, double radiusKm, String told) {
        Audience audience = fixture.directory.audience(alert(List.of(), in(area(latitude, longitude, radiusKm))));

        assertThat(fixture.idsOf(audience)).containsExactlyElementsOf(words(told));
        assertThat(fixture.directory.count(audience)).isEqualTo(words(told).size());
    }

    @Test
    void pagesOfAnAreaGoOnWhereTheLastOneEnded() {
        Audience audience = fixture.directory.audience(alert(List.of(), in(area(0, 0, 20_100))));
        for (Directory directory : List.of(fixture.directory, fixture.walking)) {
            List<Member> paged = new ArrayList<>(directory.members(audience, 0, 2));
            while (paged.size() % 2 == 0) {
                List<Member> page =
                        directory.members(audience, paged.get(paged.size() - 1).personId(), 2);
                if (page.isEmpty()) {
                    break;
                }
                paged.addAll(page);
            }
            assertThat(paged).isEqualTo(directory.members(audience, 0, 100)).hasSize(6);
        }
    }

    @Test
    void areasOfAllInfosAddUpAndNobodyIsCountedTwice() {
        Alert alert = alert(
                List.of(), in(LYON, area(48.85, 2.35, 5)), in(LYON, area(45.76, 4.83, 1)), in(area(-17, 179.5, 1)));

        assertThat(fixture.toldBy(alert)).containsExactly("paris", "lyon", "fiji-west", "duty");
        assertThat(fixture.directory.count(fixture.directory.audience(alert))).isEqualTo(4);
    }

    @Test
    void onlyIntersectCombinesAddressesAndAreas() {
        Value intersect = new Value("tocsin:audience", "intersect");

        Audience audience = fixture.directory.audience(
                alert(List.of("staff", "duty"), in(area(48.85, 2.35, 5)), info(List.of(intersect), LYON)));

        assertThat(audience.restrictToArea()).isTrue();
        assertThat(fixture.idsOf(audience)).containsExactly("paris", "lyon", "duty");
        assertThat(fixture.toldBy(alert(List.of("sea"), info(List.of(intersect), LYON))))
                .isEmpty();
        assertThat(fixture.directory.count(
                        fixture.directory.audience(alert(List.of("sea"), info(List.of(intersect), LYON)))))
                .isZero();
    }

    @ParameterizedTest(name = "addresses \"{0}\", {1} = {2}, polygon {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''    | x               | x         | ''                                    | neither addresses nor",
                "''    | tocsin:audience | union     | 45,4 46,4 46,5 45,4                   | can only be intersect",
                "staff | tocsin:audience | Intersect | 45,4 46,4 46,5 45,4                   | can only be intersect",
                "staff | tocsin:audience | ''        | ''                                    | can only be intersect",
                "staff | tocsin:audience | intersect | ''                                    | needs both",
                "''    | tocsin:audience | intersect | 45,4 46,4 46,5 45,4                   | needs both",
                "oops  | tocsin:audience | intersect | 40,0 50,0 50,10 40,0                  | names no group",
                "oops  | x               | x         | 40,0 50,0 50,10 40,0                  | names no group",
                "''    | x               | x         | 45,4 46,4 45,4                        | closed ring",
                "''    | x               | x         | 45,4 46,4 46,5 45,5                   | closed ring",
                "''    | x               | x         | 45,4 96,4 46,5 45,4                   | not on Earth",
                "''    | x               | x         | 45,4 46,4 46,NaN 45,4                 | not on Earth",
                "''    | x               | x         | 60,0 60,120 60,-120 60,0              | round a pole",
                "''    | x               | x         | -90,-180 -90,180 90,180 90,-180 -90,-180 | all round the Earth",
                "''    | x               | x         | 45,4 46,4 46,5 45,4 _ NaN             | no radius",
                "''    | x               | x         | 45,4 46,4 46,5 45,4 _ -1              | no radius",
            })
    void aDoubtfulTargetIsNobodyWithAReason(String addresses, String name, String value, String shape, String reason) {
        String[] parts = shape.split(" _ ");
        Area[] areas = parts.length == 2
                ? new Area[] {area(polygon(parts[0])), area(45, 4, Double.parseDouble(parts[1]))}
                : parts[0].isEmpty() ? new Area[0] : new Area[] {area(polygon(parts[0]))};

        Audience audience =
                fixture.directory.audience(alert(words(addresses), info(List.of(new Value(name, value)), areas)));

        assertThat(audience.reason()).contains(reason).doesNotContain("oops");
        assertThat(fixture.directory.count(audience)).isZero();
        assertThat(fixture.directory.members(audience, 0, 10)).isEmpty();
    }

    @Test
    void anAudienceSurvivesItsJourneyAsJson() throws Exception {
        ObjectMapper json = new ObjectMapper();
        Value intersect = new Value("tocsin:audience", "intersect");
        for (Alert alert : List.of(
                alert(List.of("staff", "lyon", "oops"), info(List.of(intersect), LYON, area(48.85, 2.35, 5))),
                alert(List.of()))) {
            Audience audience = fixture.directory.audience(alert);
            assertThat(json.readValue(json.writeValueAsString(audience), Audience.class))
                    .isEqualTo(audience);
        }
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
    }
}
