package org.tocsin.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;

class AutoConfigurationSieveTest {
    private static final List<String> ALL =
            new ArrayList<>(ImportCandidates.load(AutoConfiguration.class, null).getCandidates());

    /** A class that was renamed would quietly be back. */
    @Test
    void everythingThatIsLeftOutByNameExists() {
        assertThat(ALL).containsAll(AutoConfigurationSieve.UNUSED);
    }

    @Test
    void noSecondBrokerIsConfigured() {
        assertThat(used())
                .doesNotContain("org.springframework.boot.autoconfigure.jms.artemis.ArtemisAutoConfiguration");
    }

    @Test
    void whatTheRoutesUseStays() {
        assertThat(used())
                .contains(
                        "org.apache.camel.spring.boot.CamelAutoConfiguration",
                        "org.apache.camel.component.jms.springboot.JmsComponentAutoConfiguration",
                        "org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpAutoConfiguration",
                        "org.apache.camel.component.micrometer.springboot.metrics.CamelMetricsAutoConfiguration")
                .doesNotContain("org.apache.camel.component.stub.springboot.StubComponentAutoConfiguration");
    }

    private static List<String> used() {
        boolean[] used = new AutoConfigurationSieve().match(ALL.toArray(String[]::new), null);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < used.length; i++) {
            if (used[i]) {
                names.add(ALL.get(i));
            }
        }
        return names;
    }
}
