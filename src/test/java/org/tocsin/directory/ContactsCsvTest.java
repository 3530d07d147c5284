package org.tocsin.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactsCsvTest {
    private static final String ANNA =
            "anna,Anna Canary,fr,+33199001001,anna@example.org,staff;zone a,48.85,2.35,whatsapp;sms;email";
    private static final String BOB = "bob,Bob,en,+33199001002,bob@example.org,staff,48.86,2.36,sms";
    private static final String CARL = "carl,Carl,en,+33199001003,,staff,,,sms";

    private static final List<String> TABLES =
            List.of("contact", "contact_group", "contact_address", "consent_event", "consent_state");

    private static DirectoryFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new DirectoryFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @BeforeEach
    void empty() {
        fixture.clear();
    }

    @Test
    void theSampleDirectoryIsTwelvePeopleOfWhomOneHasOnlyMail() {
        ImportReport report = fixture.contacts().load(Path.of("config/contacts.csv"));

        assertThat(report).isEqualTo(new ImportReport(12, 0, 0, 0, List.of(), 0));
        List<Member> members = fixture.directory.members(
                fixture.directory.audience(DirectoryFixture.alert(List.of("flood-zone-a"))), 0, 100);
        assertThat(members).hasSize(12);
        assertThat(members)
                .filteredOn(m -> m.channels().equals(List.of("email")))
                .hasSize(1);
        assertThat(members).filteredOn(m -> !m.channels().contains("whatsapp")).hasSizeGreaterThan(2);
        assertThat(fixture.toldBy(DirectoryFixture.alert(List.of("duty")))).containsExactly("p02", "p08");
        assertThat(fixture.toldBy(
                        DirectoryFixture.alert(List.of(), DirectoryFixture.in(DirectoryFixture.area(48.85, 2.35, 2)))))
                .hasSize(12);
    }

    @Test
    void anUnchangedFileWritesNothing() {
        fixture.rows(ANNA, BOB);
        String before = versions();

        ImportReport report = fixture.rows(BOB, ANNA);

        assertThat(report).isEqualTo(new ImportReport(0, 0, 2, 0, List.of(), 0));
        assertThat(versions()).isEqualTo(before);
    }

    @Test
    void aContactWhoseRowIsBadStaysAsItWas() {
        fixture.rows(ANNA, BOB);

        ImportReport report = fixture.rows("anna,Anna,fr,123,,,,,sms", BOB);

        assertThat(report)
                .extracting(ImportReport::deactivated, ImportReport::problemCount)
                .containsExactly(0L, 1L);
        assertThat(fixture.addresses("sms", "anna")).containsExactly("+33199001001");
    }

    @ParameterizedTest
    @ValueSource(strings = {",Anna,fr,,,,,,sms", "anna,Anna,fr,,,,,sms"})
    void aRowThatCouldBeAnybodysKeepsEverybodyActive(String row) {
        fixture.rows(ANNA, BOB, CARL);

        assertThat(fixture.rows(row, BOB, CARL).deactivated()).isZero();
        assertThat(fixture.addresses("sms", "anna")).isNotEmpty();
    }

    @Test
    void aRemovedRowDeactivatesAndAReturningOneReactivates() {
        fixture.rows(ANNA, BOB);

        assertThat(fixture.rows(BOB).deactivated()).isEqualTo(1);
        assertThat(fixture.addresses("sms", "anna")).isEmpty();
        assertThat(fixture.toldBy(DirectoryFixture.alert(List.of("staff")))).containsExactly("bob");
        assertThat(fixture.directory.personAt("sms", "+33199001001")).hasValue(fixture.person("anna"));

        assertThat(fixture.rows(ANNA, BOB)).isEqualTo(new ImportReport(0, 1, 1, 0, List.of(), 0));
        assertThat(fixture.toldBy(DirectoryFixture.alert(List.of("staff")))).containsExactly("anna", "bob");
    }

    @Test
    void aBlankCellNeverOverwritesANumberOrAnEmail() {
        fixture.rows(ANNA);

        assertThat(fixture.rows("anna,Anna,en,,,other,48.85,2.35,sms;email;pager")
                        .updated())
                .isEqualTo(1);

        assertThat(fixture.member("anna").language()).isEqualTo("en");
        assertThat(fixture.member("anna").channels()).containsExactly("email", "pager", "sms");
        assertThat(fixture.addresses("pager", "anna")).containsExactly("+33199001001");
        assertThat(fixture.addresses("email", "anna")).containsExactly("anna@example.org");
        assertThat(fixture.directory
                        .audience(DirectoryFixture.alert(List.of("staff")))
                        .reason())
                .isNotNull();
    }

    @Test
    void aNewNumberReplacesTheOldOne() {
        fixture.rows(ANNA);
        fixture.rows(ANNA.replace("001001", "001099;+33199001001"));
        assertThat(fixture.addresses("sms", "anna")).containsExactly("+33199001099", "+33199001001");

        fixture.rows(ANNA.replace("001001", "001098"));
        assertThat(fixture.addresses("whatsapp", "anna")).containsExactly("+33199001098");
        assertThat(fixture.directory.personAt("sms", "+33199001001")).isEmpty();
    }

    @Test
    void aTruncatedFileIsRefusedAsAWhole() {
        fixture.rows(ANNA, BOB, CARL);
        String before = versions();

        assertThatThrownBy(() -> fixture.rows(ANNA.replace("Anna", "Changed")))
                .isInstanceOf(DirectoryFileRefused.class)
                .hasMessageContainingAll("lacks 2 of the 3 active contacts", "tocsin.directory.max-deactivated-share");
        assertThatThrownBy(() -> fixture.rows()).isInstanceOf(DirectoryFileRefused.class);
        assertThat(versions()).isEqualTo(before);
    }

    @Test
    void contactsWhoShareTheirFirstNumberAreOnePersonEvenAsNumbersMove() {
        fixture.rows("a,A,fr,+33199001001,,g,,,sms", "b,B,en,01 99 00 10 01,,g,,,sms", "c,C,en,+33199001003,,g,,,sms");
        assertThat(persons()).isEqualTo(Map.of("a", 1L, "b", 1L, "c", 3L));

        // the first of the two leaves, and the third joins the second
        fixture.rows("a,A,fr,+33199001009,,g,,,sms", "b,B,en,01 99 00 10 01,,g,,,sms", "c,C,en,+33199001001,,g,,,sms");
        assertThat(persons()).isEqualTo(Map.of("a", 1L, "b", 2L, "c", 2L));
        assertThat(fixture.directory.members(fixture.directory.audience(DirectoryFixture.alert(List.of("g"))), 0, 10))
                .extracting(Member::personId)
                .containsExactly(1L, 2L);

        // a new row with a known number, far behind
        fixture.rows(
                "a,A,fr,+33199001009,,g,,,sms",
                "b,B,en,01 99 00 10 01,,g,,,sms",
                "c,C,en,+33199001001,,g,,,sms",
                "d,D,en,+33199001009;+33199001001,,g,,,sms",
                "e,E,en,,,g,,,sms");
        assertThat(persons()).isEqualTo(Map.of("a", 1L, "b", 2L, "c", 2L, "d", 1L, "e", 5L));
        assertThat(fixture.addresses("sms", "a")).containsExactly("+33199001009", "+33199001001");
        // an alert that was planned before c joined b still reaches c
        assertThat(fixture.addresses("sms", List.of(3L))).isEqualTo(Map.of(3L, List.of("+33199001001")));
    }

    @Test
    void importsOfTwoReplicasTakeTurns() throws Exception {
        Path file = fixture.write((DirectoryFixture.HEADER
                        + IntStream.range(0, 2_500)
                                .mapToObj(i -> "c%d,N,fr,+336%08d,,g,,,sms".formatted(i, i))
                                .collect(Collectors.joining("\n")))
                .getBytes(StandardCharsets.UTF_8));
        ExecutorService replicas = Executors.newFixedThreadPool(2);
        try {
            Callable<ImportReport> load = () -> fixture.contacts().load(file);
            List<Future<ImportReport>> reports = replicas.invokeAll(List.of(load, load));
            assertThat(reports).extracting(f -> f.get().added()).containsExactlyInAnyOrder(2_500L, 0L);
            assertThat(reports).extracting(f -> f.get().unchanged()).containsExactlyInAnyOrder(2_500L, 0L);
        } finally {
            replicas.shutdownNow();
        }
    }

    @Test
    void noNumberNameOrMailIsInTheDatabaseInPlain() {
        fixture.rows(ANNA);

        String dump = TABLES.stream()
                .flatMap(table ->
                        fixture
                                .database
                                .jdbc()
                                .sql("select t::text from " + table + " t")
                                .query(String.class)
                                .list()
                                .stream())
                .collect(Collectors.joining("\n"));
        HexFormat hex = HexFormat.of();
        assertThat(dump)
                .contains("anna")
                .doesNotContain("Canary", "199001001", "example.org")
                .doesNotContain(hex.formatHex("Canary".getBytes(StandardCharsets.UTF_8)))
                .doesNotContain(hex.formatHex("199001001".getBytes(StandardCharsets.UTF_8)));
    }

    private Map<String, Long> persons() {
        Long astray = fixture.database
                .jdbc()
                .sql("select count(*) from contact_group g join contact c on c.id = g.contact_id"
                        + " where g.person_id <> c.person_id")
                .query(Long.class)
                .single();
        assertThat(astray).as("groups whose person is another").isZero();
        return fixture.database.jdbc().sql("select ext_id, person_id from contact").query().listOfRows().stream()
                .collect(Collectors.toMap(row -> (String) row.get("ext_id"), row -> (Long) row.get("person_id")));
    }

    /** Which version of which row each table holds: any write changes it. */
    private static String versions() {
        return TABLES.stream()
                .map(table -> fixture.database
                        .jdbc()
                        .sql("select coalesce(string_agg(xmin::text || ctid::text, ' ' order by ctid), '') from "
                                + table)
                        .query(String.class)
                        .single())
                .collect(Collectors.joining("\n"));
    }
}
