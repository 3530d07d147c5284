package org.tocsin.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContactsFileTest {
    private static final String ANNA =
            "anna,Anna Canary,fr,+33199001001,anna@example.org,staff;zone a,48.85,2.35,whatsapp;sms;email";
    private static final String BOB = "bob,Bob,en,+33199001002,bob@example.org,staff,48.86,2.36,sms";

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
}
