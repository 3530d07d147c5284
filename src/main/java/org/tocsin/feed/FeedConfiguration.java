package org.tocsin.feed;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.HubIdentity;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.heartbeats.Heartbeats;

/** Puts the feeds together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FeedSettings.class)
class FeedConfiguration {
    @Bean
    FeedPoller feedPoller(
            FeedSettings settings,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            HubIdentity identity,
            IntakeSettings intake,
            Heartbeats heartbeats,
            MeterRegistry metrics) {
        FeedRows rows = new FeedRows(jdbc, new TransactionTemplate(transactions), identity.hub());
        return new FeedPoller(
                settings,
                rows,
                metrics,
                source -> intake.speaksFor().get(source),
                source -> heartbeats.seen(source, ""));
    }
}
