package org.tocsin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.privacy.Secret;

class BrokerUserTest {

    @Test
    void aPasswordMayHoldColons() {
        BrokerUser user = parse("gauge:pa:ss:sensor").get(0);
        assertThat(user.name()).isEqualTo("gauge");
        assertThat(user.password().reveal()).isEqualTo("pa:ss");
        assertThat(user.role()).isEqualTo(BrokerUser.Role.SENSOR);
        assertThat(user.toString()).doesNotContain("pa:ss");
    }

    @ParameterizedTest
    @CsvSource({
        "gauge, is not of the form",
        "gauge:canary, is not of the form",
        "gauge::sensor, is not of the form",
        ":canary:sensor, is not of the form",
        "gauge:canary:boss, its role",
        "gauge:canary:hub, its role",
        "hub:canary:sensor, the hub's own",
        "a:canary:sensor|a:canary:incident, there twice",
    })
    void aWrongLineIsNamedByItsPlaceAndNeverQuoted(String lines, String expected) {
        assertThatThrownBy(() -> parse(lines.split("\\|")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("tocsin.broker.users[" + (lines.split("\\|").length - 1) + "]")
                .hasMessageContaining(expected)
                .hasMessageNotContaining("canary");
    }

    private static List<BrokerUser> parse(String... lines) {
        return BrokerUser.parse(Arrays.stream(lines).map(Secret::of).collect(Collectors.toList()));
    }
}
