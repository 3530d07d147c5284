package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PricingTest {
    @Test
    void eachIsKeptAsASmallNumberOfItsOwn() {
        for (Pricing.Category category : Pricing.Category.values()) {
            for (Pricing.Type type : Pricing.Type.values()) {
                for (boolean billable : new boolean[] {false, true}) {
                    Pricing pricing = new Pricing(billable, category, type);
                    assertThat(Pricing.ofCode(pricing.code())).isEqualTo(pricing);
                }
            }
        }
    }

    /** What is stored keeps its meaning: these numbers stand in databases. */
    @Test
    void theNumbersDoNotChange() {
        assertThat(new Pricing(true, Pricing.Category.UTILITY, Pricing.Type.REGULAR).code())
                .isEqualTo((short) 19);
        assertThat(new Pricing(false, Pricing.Category.SERVICE, Pricing.Type.FREE_CUSTOMER_SERVICE).code())
                .isEqualTo((short) 40);
    }

    @Test
    void whatALaterReleaseHasWrittenIsOther() {
        assertThat(Pricing.ofCode(1 | 7 << 1 | 7 << 4))
                .isEqualTo(new Pricing(true, Pricing.Category.OTHER, Pricing.Type.OTHER));
    }
}
