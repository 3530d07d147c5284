package org.tocsin.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceFileTest {
    private static final String HEADER = "country,channel,category,price,currency,valid-from\n";

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("prices.csv"), text);
    }

    @ParameterizedTest(name = "{0} {1} {2} on {3}: {4}")
    @CsvSource(delimiter = '|', nullValues = "unknown", textBlock = """
            FR | sms      | segment   | 2026-06-01 | 0.0450 EUR
            FR | sms      | segment   | 2026-05-31 | 0.0400 EUR
            FR | sms      | segment   | 2025-12-31 | unknown
            FR | whatsapp | utility   | 2026-06-01 | 0.0300 EUR
            FR | whatsapp | marketing | 2026-06-01 | unknown
            DE | sms      | segment   | 2026-06-01 | 0.0700 EUR
            GB | sms      | segment   | 2026-06-01 | 0.0350 GBP
            GB | sms      | segment   | 2026-01-15 | 0.0700 EUR
            ZZ | sms      | segment   | 2026-06-01 | 0.0700 EUR
               | email    | message   | 2026-06-01 | 0 EUR
            FR | pager    | message   | 2026-06-01 | 12 USD
            """)
    void theCountrysOwnPriceOfThatDayThenThatOfEverywhereAndElseNone(
            String country, String channel, String category, LocalDate day, String expected) throws IOException {
        Prices prices = PriceFile.load(file(HEADER + """
                # a remark, with "one quotation mark
                FR,sms,segment,0.0400,EUR,2026-01-01
                FR,sms,segment,0.0450,EUR,2026-06-01
                FR , whatsapp , utility , 0.0300 , EUR , 2026-01-01

                *,sms,segment,0.0700,EUR,2026-01-01
                GB,sms,segment,0.0350,GBP,2026-02-01
                *,email,message,0,EUR,2026-01-01
                *,pager,message,12,USD,2026-01-01
                """));

        Price price = prices.of(country, channel, category, day);

        assertThat(price == null ? null : price.amount().toPlainString() + " " + price.currency())
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            fr,sms,segment,0.04,EUR,2026-01-01        | country: an ISO 3166 code
            EU,sms,segment,0.04,EUR,2026-01-01        | country: an ISO 3166 code
            FR,SMS,segment,0.04,EUR,2026-01-01        | channel: whatsapp, sms, email
            FR,sms,utility,0.04,EUR,2026-01-01        | category: for sms segment
            FR,whatsapp,segment,0.04,EUR,2026-01-01   | category: for whatsapp utility, authentication, marketing, service
            FR,email,segment,0,EUR,2026-01-01         | category: for email message
            FR,sms,segment,-0.04,EUR,2026-01-01       | price: a decimal such as 0.0420, not negative
            FR,sms,segment,,EUR,2026-01-01            | price: a decimal
            FR,sms,segment,1e3,EUR,2026-01-01         | price: a decimal
            FR,sms,segment,free,EUR,2026-01-01        | price: a decimal
            FR,sms,segment,0,04,EUR,2026-01-01        | 6 cells
            FR,sms,segment,0.04,Euro,2026-01-01       | currency: an ISO 4217 code
            FR,sms,segment,0.04,EUR,1.1.2026          | valid-from: a day such as 2026-10-01
            FR,sms,segment,0.04,EUR,2026-02-30        | valid-from: a day
            FR,sms,segment,0.05,EUR,2025-01-01        | another country, channel, category or valid-from than in line 3
            """)
    void aRowThatIsWrongIsNamedByItsLineAndWhatIsExpected(String row, String expected) throws IOException {
        Path file = file(HEADER + "# remark\nFR,sms,segment,0.04,EUR,2025-01-01\n" + row + "\n");

        assertThatThrownBy(() -> PriceFile.load(file))
                .isInstanceOf(BadPriceFile.class)
                .hasMessageStartingWith(file + ", line 4: expected ")
                .hasMessageContaining(expected);
    }

    @Test
    void aFileThatIsWrongAsAWholeIsNamed() throws IOException {
        Path file = folder.resolve("prices.csv");
        assertThatThrownBy(() -> PriceFile.load(file))
                .hasMessageContaining("missing")
                .hasMessageContaining("tocsin.prices");
        file("land,kanal\n");
        assertThatThrownBy(() -> PriceFile.load(file)).hasMessageContaining("country,channel,category,price");
        file("");
        assertThatThrownBy(() -> PriceFile.load(file)).hasMessageContaining("country,channel,category,price");
        file(HEADER + "FR,sms,\"segment,0.04,EUR,2025-01-01\n");
        assertThatThrownBy(() -> PriceFile.load(file)).hasMessageContaining("quotation mark");
        Files.write(file, (HEADER + "FR,sms,segment,0.04,EUR,2025-01-01 é").getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> PriceFile.load(file)).hasMessageContaining("UTF-8");
    }

    @Test
    void withoutAFileNothingIsKnown() {
        assertThat(PriceFile.load(Path.of("")).of("FR", "email", "message", LocalDate.MAX))
                .isNull();
    }

    /** The ones that are shipped are examples; this is that they hold. */
    @ParameterizedTest
    @CsvSource({
        "FR, whatsapp, utility, 2026-11-26, 0.0300",
        "DE, whatsapp, service, 2026-09-30, 0",
        "DE, whatsapp, service, 2026-10-01, 0.0100",
        "GB, sms, segment, 2026-11-26, 0.0350"
    })
    void theShippedFile(String country, String channel, String category, LocalDate day, String expected) {
        Price price = PriceFile.load(Path.of("config/prices.csv")).of(country, channel, category, day);
        assertThat(price).isNotNull();
        assertThat(price.amount()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "+33639980001, FR",
        "+33199001001, FR",
        "+447700900123, GB",
        "+12025550123, US",
        "+14165550123, CA",
        "+79161234567, RU",
        "+77012345678, KZ",
        "+881612345678, 001",
        "+999123456789, ZZ",
        "12, ZZ"
    })
    void theCountryOfANumber(String number, String region) {
        assertThat(CallingRegion.of(number)).isEqualTo(region);
    }
}
