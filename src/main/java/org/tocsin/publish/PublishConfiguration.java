package org.tocsin.publish;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.HubIdentity;
import org.tocsin.delivery.LedgerClock;
import org.tocsin.intake.hops.LedgerName;

/** Puts the way of events out together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PublishSettings.class)
class PublishConfiguration {
    @Bean
    Outbox outbox(JdbcTemplate jdbc, PlatformTransactionManager transactions, HubIdentity identity) {
        return new Outbox(jdbc, new TransactionTemplate(transactions), identity.hub());
    }

    @Bean
    AlertCounts alertCounts(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            @Value("${tocsin.progress.every:1m}") Duration every) {
        return new AlertCounts(jdbc, new TransactionTemplate(transactions), every);
    }

    @Bean
    Publishers publishers(Outbox outbox, LedgerName ledger, AlertCounts counts, MeterRegistry metrics) {
        return new Publishers(outbox, ledger, counts, new PublicationCounters(metrics));
    }

    @Bean
    @DependsOnDatabaseInitialization
    PublicationClock publicationClock(
            Outbox outbox,
            AlertCounts counts,
            MeterRegistry metrics,
            @Value("${tocsin.progress.every:1m}") Duration every) {
        return new PublicationClock(outbox, counts, every, metrics);
    }

    @Bean(destroyMethod = "close")
    WebhookClients webhookClients(PublishSettings settings, LedgerClock clock) {
        return new WebhookClients(settings, clock.running());
    }
}
