package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Crowd;
import org.tocsin.testing.Crowd.Member;
import org.tocsin.testing.Crowd.Source;
import org.tocsin.testing.LedgerCount;
import org.tocsin.testing.PhoneCount;
import org.tocsin.testing.Replicas;
import org.tocsin.testing.Settlement;
import org.tocsin.testing.TriggerSources;

/** The broker of two hubs goes away and comes back: HTTP is heard meanwhile, and nothing it had taken is lost or doubled. */
class BrokerAwayLongIT {
    private static final Duration AWAY = Duration.ofSeconds(30);
    private static final Duration BEFORE_AND_AFTER = Duration.ofSeconds(5);
    private static final Duration GAP = Duration.ofMillis(100);

    private final Crowd crowd = Crowd.of(1_000);

    @Test
    void everybodyGetsOneMessageAllTheSame(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults().withRetryGaps(Duration.ofMillis(300)));
                Replicas replicas = new Replicas(simulator, folder, crowd, 2);
                TriggerSources sources = new TriggerSources(replicas.entrance())) {
            replicas.launch();
            assertThat(simulator.whatsApp().subscribe(replicas.balancer().url("/hooks/whatsapp")))
                    .isTrue();
            sources.steadily(crowd, GAP);
            replicas.get(0).letLive(BEFORE_AND_AFTER);
            replicas.broker().stop();
            Set<Member> before = sources.acknowledged();
            replicas.get(0).letLive(AWAY);
            long heard = sources.acknowledged().stream()
                    .filter(member -> !before.contains(member))
                    .filter(member -> member.source() == Source.API || member.source() == Source.HOOK)
                    .count();
            replicas.broker().start();
            replicas.get(0).letLive(BEFORE_AND_AFTER);
            sources.pause();

            LedgerCount ledger = Settlement.await(sources, crowd, simulator, replicas.jdbc());
            PhoneCount phones = PhoneCount.of(crowd, simulator);
            System.out.printf(
                    "BrokerAwayLongIT: given %d, heard by HTTP meanwhile %d, in vain %s; messages %d%n",
                    sources.given(), heard, sources.failures(), phones.accepted());
            assertThat(heard).as("heard by HTTP while the broker was away").isPositive();
            Settlement.assertNothingAmissOrRepeated(sources, phones, ledger);
        }
    }
}
