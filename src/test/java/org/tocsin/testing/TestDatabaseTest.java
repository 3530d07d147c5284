package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestDatabaseTest {

    @Test
    void eachDatabaseIsMigratedAndApartFromTheOthers() {
        try (TestDatabase one = TestDatabase.fresh();
                TestDatabase two = TestDatabase.fresh()) {
            String insert = "insert into consent_state (channel, address_hash, given) values ('sms', '\\x00', false)";
            one.jdbc().sql(insert).update();

            assertThat(one.jdbc()
                            .sql("select count(*) from consent_state")
                            .query(Long.class)
                            .single())
                    .isEqualTo(1);
            assertThat(two.jdbc()
                            .sql("select count(*) from consent_state")
                            .query(Long.class)
                            .single())
                    .isZero();
        }
    }
}
