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
import org.junit.jupiter.params.provider.CsvSource;
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
    void columnsMayStandInAnyOrderAfterAByteOrderMark() {
        ImportReport report = fixture.file("\uFEFFopt_in,lon,lat,groups,email,phone,language,name,id\r\n"
                + "\"sms\",2.35,48.85,\"a, b;c\",x@example.org,01 99 00 10 01,fr,\"Zoë \"\"Z\"\"\",z");

        assertThat(report.problems()).isEmpty();
        assertThat(report.added()).isEqualTo(1);
        assertThat(fixture.addresses("sms", "z")).containsExactly("+33199001001");
        assertThat(fixture.toldBy(DirectoryFixture.alert(List.of("a, b")))).containsExactly("z");
        assertThat(fixture.database
                        .jdbc()
                        .sql("select name_enc from contact")
                        .query(byte[].class)
                        .single())
                .satisfies(
                        name -> assertThat(fixture.keys.cipher().decrypt(name)).isEqualTo("Zoë \"Z\""));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a phone that is too short   | x,N,fr,+3312,,,,,sms              | phone    | telephone numbers",
                "letters as a phone          | x,N,fr,canary,,,,,sms             | phone    | telephone numbers",
                "an extension                | x,N,fr,+33199001001 ext 4,,,,,sms | phone    | telephone numbers",
                "the second of two phones    | x,N,fr,+33199001001;7,,,,,sms     | phone    | telephone numbers",
                "an e-mail without a domain  | x,N,fr,,canary@,,,,email          | email    | e-mail addresses",
                "an e-mail with a header     | x,N,fr,,\"a@example.org⏎Bcc: b@example.org\",,,,email | email | e-mail",
                "two e-mails by a comma      | x,N,fr,,\"a@b.org,c@d.org\",,,,email | email    | e-mail addresses",
                "a language with underscore  | x,N,fr_FR,,,,,,sms                | language | BCP 47",
                "latitude beyond the pole    | x,N,fr,,,,91,2,sms                | lat      | degrees",
                "latitude alone              | x,N,fr,,,,48.85,,sms              | lon      | both, or neither",
                "a decimal comma             | x,N,fr,,,,\"48,85\",2,sms       | lat      | decimal point",
                "a number that is none       | x,N,fr,,,,NaN,2,sms               | lat      | degrees",
                "a channel in capitals       | x,N,fr,,,,,,SMS                   | opt_in   | lower case",
                "an id with a space          | x y,N,fr,,,,,,sms                 | id       | without white space",
                "no id                       | ,N,fr,,,,,,sms                    | id       | 1 to 100",
                "a cell too few              | x,N,fr,,,,,sms                    | row      | 9 cells",
                "a cell too many             | x,N,fr,,,,,,sms,canary            | row      | 9 cells",
                "an id that was there before | bob,N,fr,,,,,,sms                 | id       | no row above",
            })
    void aBadRowIsNamedAndSkippedAndNothingOfItIsQuoted(String what, String row, String column, String expected) {
        ImportReport report = fixture.rows(BOB, row.replace("⏎", "\n"), ANNA);

        assertThat(report.added()).isEqualTo(2);
        assertThat(report.problemCount()).isEqualTo(1);
        assertThat(report.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.column()).isEqualTo(column);
            assertThat(problem.expected()).contains(expected);
            assertThat(problem.toString()).doesNotContain("canary", "a@", "3319900");
        });
    }

    @Test
    void eachBadCellOfARowIsNamedOnTheLineWhereTheRowBegins() {
        ImportReport report = fixture.file(DirectoryFixture.HEADER + "\nx,\"two\nlines\",fr_FR,1,@,,a,b,SMS");

        assertThat(report.problems())
                .extracting(Problem::column)
                .containsExactly("name", "language", "phone", "email", "lat", "lon", "opt_in");
        assertThat(report.problems()).extracting(Problem::line).containsOnly(3L);
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                          | missing: id, name",
                "id,name,language,phone,email,groups,lat,lon                 | missing: opt_in",
                "id;name;language;phone;email;groups;lat;lon;opt_in          | separated by commas",
                "id,name,language,phone,email,groups,lat,lon,opt_in,canary   | it has 10",
                "id,name,language,phone,email,groups,lat,lon,opt_in,id       | it has 10",
                "x,canary,fr,+33199001001,canary@example.org,,48.8,2.3,sms   | missing: id",
            })
    void aWrongHeaderRefusesTheFileWithoutBeingQuoted(String header, String expected) {
        assertThatThrownBy(() -> fixture.file(header + "\n" + BOB))
                .isInstanceOf(DirectoryFileRefused.class)
                .hasMessageContainingAll("contacts.csv", expected)
                .hasMessageNotContaining("canary");
    }

    @Test
    void aFileThatIsNotUtf8OrWhoseQuoteNeverEndsIsRefusedWithItsLine() {
        fixture.rows(ANNA, BOB);
        byte[] latin = (DirectoryFixture.HEADER + "a,Zoë,fr,,,,,,sms\n" + BOB).getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> fixture.contacts().load(fixture.write(latin)))
                .isInstanceOf(DirectoryFileRefused.class)
                .hasMessageContainingAll("UTF-8", "line 2");
        assertThatThrownBy(() -> fixture.rows(ANNA, BOB, "c,\"canary,fr,,,,,,sms"))
                .isInstanceOf(DirectoryFileRefused.class)
                .hasMessageContainingAll("after line 3", "quotation mark")
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> fixture.rows("c,\"canary" + ",x\n".repeat(1_000_000)))
                .isInstanceOf(DirectoryFileRefused.class)
                .hasMessageContaining("quotation mark");
        assertThatThrownBy(() -> fixture.contacts().load(Path.of("none.csv")))
                .isInstanceOf(DirectoryFileRefused.class)
                .hasMessageContaining("none.csv cannot be read");
    }

    @Test
    void onlyTheFirstThousandProblemsAreKeptAndAllAreCounted() {
        ImportReport report = fixture.rows(IntStream.range(0, 1_500)
                .mapToObj(i -> "c" + i + ",N,fr,1,,,,,sms")
                .toArray(String[]::new));

        assertThat(report.problems()).hasSize(1_000);
        assertThat(report.problemCount()).isEqualTo(1_500);
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
        assertThat(fixture.directory.addresses("sms", List.of(3L))).isEqualTo(Map.of(3L, List.of("+33199001001")));
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
