package org.tocsin.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tocsin.directory.DirectoryFixture.alert;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class ConsentTest {
    private static final String PHONE = "+33199001001";
    private static final String BOB = "bob,Bob,en,+33199001002,,g,,,sms";

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
    void anna() {
        fixture.clear();
        anna("whatsapp;sms");
    }

    /** Each step is an import with these channels (or without the row), or a word of the person on WhatsApp. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "import sms,                                          sms",
        "STOP,                                                sms",
        "STOP; import whatsapp;sms;email,                     email sms",
        "STOP; remove; import whatsapp;sms,                   sms",
        "STOP; import sms; import whatsapp;sms,               sms",
        "STOP; renumber; import whatsapp;sms,                 sms",
        "STOP; START,                                         sms whatsapp",
        "STOP; START; STOP; STOP,                             sms",
        "STOP; START; import whatsapp;sms,                    sms whatsapp",
        "STOP; START; import sms,                             sms", // withdrawn in the file after the START
        "STOP; START; import sms; import whatsapp;sms,        sms whatsapp",
        "import sms; START,                                   sms whatsapp",
        "import sms; START; import sms;email,                 email sms whatsapp",
        "import sms; START; renumber; import sms,             sms", // the number was somebody else's meanwhile
        "import none,                                         ''",
    })
    void theLastWordOfThePersonWins(String steps, String channels) {
        for (String step : steps.replace("whatsapp;sms;email", "all")
                .replace("whatsapp;sms", "both")
                .replace("sms;email", "text")
                .split("; ")) {
            switch (step) {
                case "STOP" -> fixture.directory.consent("whatsapp", PHONE, false, "reply:STOP");
                case "START" -> fixture.directory.consent("whatsapp", PHONE, true, "reply:START");
                case "remove" -> fixture.rows(BOB);
                case "renumber" -> fixture.rows(annaRow("whatsapp;sms").replace(PHONE, "+33199001099"), BOB);
                case "import both" -> anna("whatsapp;sms");
                case "import all" -> anna("whatsapp;sms;email");
                case "import text" -> anna("sms;email");
                case "import none" -> anna("");
                case "import sms" -> anna("sms");
                default -> throw new IllegalArgumentException(step);
            }
        }

        assertThat(String.join(" ", fixture.member("anna").channels())).isEqualTo(channels);
        assertThat(fixture.addresses("whatsapp", "anna"))
                .isEqualTo(channels.contains("whatsapp") ? List.of(PHONE) : List.of());
    }

    @ParameterizedTest
    @CsvSource({"whatsapp, 33199001001", "whatsapp, +33 1 99-00.10 01", "email, ANNA@Example.org"})
    void aStopIsFoundHoweverTheProviderWritesTheAddress(String channel, String written) {
        anna("whatsapp;email");

        fixture.directory.consent(channel, written, false, "reply:STOP");

        assertThat(fixture.member("anna").channels()).doesNotContain(channel).hasSize(1);
        assertThat(fixture.directory.personAt(channel, written)).hasValue(fixture.person("anna"));
    }

    @Test
    void aStopFromANumberNobodyKnowsHoldsWhenTheDirectoryLearnsOfIt() {
        fixture.directory.consent("sms", "+33199001077", false, "reply:STOP");

        fixture.rows(annaRow("sms"), BOB, "new,N,en,+33199001077,,g,,,sms;whatsapp");

        assertThat(fixture.member("new").channels()).containsExactly("whatsapp");
    }

    @Test
    void thePersonIsAMemberEvenWhenNoChannelIsLeft() {
        fixture.directory.consent("sms", PHONE, false, "reply:STOP");
        fixture.directory.consent("whatsapp", PHONE, false, "provider:131050");

        assertThat(fixture.member("anna")).isEqualTo(new Member(1, "fr", List.of()));
        assertThat(fixture.directory.count(fixture.directory.audience(alert(List.of("g")))))
                .isEqualTo(2);
    }

    @Test
    void everyYesAndNoIsInTheLedgerAndTheLedgerCannotBeChanged() {
        fixture.directory.consent("sms", PHONE, false, "reply:STOP");
        anna("whatsapp");

        assertThat(fixture
                        .database
                        .jdbc()
                        .sql("select channel, given, source from consent_event order by id")
                        .query()
                        .listOfRows()
                        .stream()
                        .map(row -> row.get("channel") + " " + row.get("given") + " " + row.get("source")))
                .contains("whatsapp true file", "sms false reply:STOP")
                .endsWith("sms false file");
        for (String change : List.of("update consent_event set given = true", "delete from consent_event")) {
            assertThatThrownBy(() -> fixture.database.jdbc().sql(change).update())
                    .hasMessageContaining("append-only");
        }
    }

    @Test
    void aMarkedAddressIsUsedNoMoreUntilTheDirectoryNamesItAnew() {
        fixture.directory.markUnusable("sms", PHONE, "wrong number");
        assertThat(fixture.member("anna").channels()).containsExactly("whatsapp");

        anna("sms;whatsapp;email"); // the row changed, the number did not
        assertThat(fixture.addresses("sms", "anna")).isEmpty();
        assertThat(fixture.directory.personAt("sms", PHONE)).hasValue(fixture.person("anna"));

        fixture.rows(annaRow("sms").replace(PHONE, "+33199001099"), BOB);
        assertThat(fixture.addresses("sms", "anna")).containsExactly("+33199001099");
        anna("sms");
        assertThat(fixture.addresses("sms", "anna")).containsExactly(PHONE);
    }

    @Test
    void aPersonOfTwoContactsHasTheAddressesOfBothEachOnceFirstChoiceFirst() {
        fixture.rows(
                annaRow("sms;email").replace(PHONE, PHONE + ";+33199001005"),
                "ann2,Ann,en," + PHONE + ";+33199001006,ANNA@example.org;second@example.org,h,,,sms;whatsapp;email",
                BOB);

        long person = fixture.person("anna");
        assertThat(fixture.addresses("sms", List.of(person, 999L)))
                .isEqualTo(Map.of(person, List.of(PHONE, "+33199001005", "+33199001006"), 999L, List.of()));
        assertThat(fixture.addresses("whatsapp", "anna")).containsExactly(PHONE, "+33199001006");
        assertThat(fixture.addresses("email", "anna")).containsExactly("anna@example.org", "second@example.org");
        assertThat(fixture.member("ann2")).isEqualTo(new Member(person, "fr", List.of("email", "sms", "whatsapp")));
        assertThat(fixture.directory.count(fixture.directory.audience(alert(List.of("g", "h")))))
                .as("anna and bob")
                .isEqualTo(2);

        fixture.rows("ann2,Ann,en," + PHONE + ",,h,,,sms", BOB);
        assertThat(fixture.member("ann2").language())
                .as("of those who are left")
                .isEqualTo("en");
    }

    @Test
    void callsJoinTheTransactionOfTheCaller() {
        new TransactionTemplate(new DataSourceTransactionManager(fixture.database.dataSource()))
                .executeWithoutResult(status -> {
                    fixture.directory.consent("sms", PHONE, false, "reply:STOP");
                    fixture.directory.markUnusable("whatsapp", PHONE, "wrong number");
                    assertThat(fixture.member("anna").channels()).isEmpty();
                    status.setRollbackOnly();
                });

        assertThat(fixture.member("anna").channels()).containsExactly("sms", "whatsapp");
    }

    @Test
    void pagesGoOnWhereTheLastOneEnded() {
        Audience audience = fixture.directory.audience(alert(List.of("g", "bob")));

        Member first = fixture.directory.members(audience, 0, 1).get(0);
        Member second = fixture.directory.members(audience, first.personId(), 1).get(0);

        assertThat(second.personId()).isGreaterThan(first.personId());
        assertThat(fixture.directory.members(audience, second.personId(), 1)).isEmpty();
    }

    private static void anna(String optIn) {
        fixture.rows(annaRow(optIn), BOB);
    }

    private static String annaRow(String optIn) {
        return "anna,Anna,fr," + PHONE + ",anna@example.org,g,48.85,2.35," + optIn;
    }
}
