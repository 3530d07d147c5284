package org.tocsin.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Currency;
import org.junit.jupiter.api.Test;

class BillTest {
    private static Price price(String amount, String currency) {
        return new Price("*", "sms", "segment", new BigDecimal(amount), Currency.getInstance(currency), LocalDate.MIN);
    }

    @Test
    void sumsAreExactAndCurrenciesStayApart() {
        Bill bill = Bill.priced();
        for (int i = 0; i < 1_000_000; i++) {
            bill.add("sms", "FR", "segment", null, price("0.1", "EUR"), 3);
        }
        bill.add("sms", "FR", "segment", null, price("0.000000001", "EUR"), 1);
        bill.add("sms", "US", "segment", null, price("0.0083", "USD"), 2);

        Statement statement = bill.statement();

        assertThat(statement.totals()).containsExactly(entry("EUR", "300000.000000001"), entry("USD", "0.0166"));
        assertThat(statement.lines()).hasSize(3);
        assertThat(statement.unknown()).isZero();
    }

    @Test
    void whatHasNoPriceIsCountedApartAndIsNotNothing() {
        Bill bill = Bill.priced();
        bill.add("whatsapp", "FR", "other", null, null, 1);
        bill.add("email", null, "message", null, price("0", "EUR"), 1);

        Statement statement = bill.statement();

        assertThat(statement.unknown()).isEqualTo(1);
        assertThat(statement.totals()).containsExactly(entry("EUR", "0"));
        assertThat(statement.lines())
                .containsExactly(
                        new Statement.Line("email", null, "message", 1, 1, null, "0", "EUR", "0"),
                        new Statement.Line("whatsapp", "FR", "other", 1, 1, null, null, null, null));
    }

    @Test
    void whatIsFreeNeedsNoPrice() {
        Bill bill = Bill.free();
        bill.add("whatsapp", "FR", "service", "free_customer_service", null, 1);

        assertThat(bill.statement().unknown()).isZero();
        assertThat(bill.statement().totals()).isEmpty();
        assertThat(bill.statement().lines())
                .containsExactly(
                        new Statement.Line("whatsapp", "FR", "service", 1, 1, "free_customer_service", "0", null, "0"));
    }
}
