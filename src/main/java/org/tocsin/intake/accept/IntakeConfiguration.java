package org.tocsin.intake.accept;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.delivery.DeliveryPlan;
import org.tocsin.delivery.LedgerClock;
import org.tocsin.delivery.Wakeups;
import org.tocsin.directory.Directory;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.Normalizer;
import org.tocsin.intake.admission.Admission;
import org.tocsin.intake.admission.Decisions;
import org.tocsin.intake.cap.CapProfileSettings;
import org.tocsin.intake.cap.CapSchemas;
import org.tocsin.intake.cap.CapSignatures;
import org.tocsin.intake.cap.SignatureSettings;
import org.tocsin.intake.events.Events;
import org.tocsin.intake.heartbeats.HeartbeatRows;
import org.tocsin.intake.heartbeats.Heartbeats;
import org.tocsin.intake.hops.Echoes;
import org.tocsin.intake.hops.LedgerName;
import org.tocsin.intake.parked.Parking;
import org.tocsin.intake.sensors.Sensors;
import org.tocsin.intake.storms.BrakeSettings;
import org.tocsin.intake.storms.Storms;
import org.tocsin.intake.stuck.StuckTriggers;
import org.tocsin.message.Templates;

/** Puts the intake together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    IntakeSettings.class,
    IntakeSettings.MaxAge.class,
    BrakeSettings.class,
    SignatureSettings.class,
    CapProfileSettings.class
})
class IntakeConfiguration {
    /** Seconds; a statement that takes longer is broken off and its items are answered as not committed. */
    private static final int TRANSACTION_TIMEOUT = 20;

    @Bean
    Sensors sensors(IntakeSettings settings) {
        return Sensors.read(settings.sensors());
    }

    @Bean
    Events events(IntakeSettings settings, Sensors sensors) {
        return Events.read(settings.events(), sensors);
    }

    @Bean
    CapSignatures capSignatures(SignatureSettings settings) {
        return new CapSignatures(settings);
    }

    @Bean
    CapSchemas capSchemas(CapProfileSettings settings) {
        return new CapSchemas(settings);
    }

    @Bean
    Admission admission(
            Directory directory,
            Templates templates,
            DeliveryPlan plan,
            IntakeSettings.MaxAge maxAge,
            IntakeSettings settings) {
        return new Admission(directory, templates, plan, maxAge, settings.players());
    }

    @Bean
    LedgerName ledgerName(JdbcTemplate jdbc) {
        return new LedgerName(jdbc);
    }

    @Bean
    Heartbeats heartbeats(
            JdbcTemplate jdbc, PlatformTransactionManager transactions, IntakeSettings settings, Sensors sensors) {
        HeartbeatRows rows = new HeartbeatRows(jdbc, committed(transactions), settings.site());
        return Heartbeats.of(rows, settings.expectEvery(), sensors);
    }

    @Bean
    Intake intake(
            List<Normalizer> normalizers,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            IntakeSettings settings,
            BrakeSettings brake,
            Admission admission,
            Parking parking,
            Heartbeats heartbeats,
            LedgerName ledger,
            Wakeups wakeups,
            LedgerClock clock) {
        IntakeTransaction transaction = new IntakeTransaction(jdbc, settings, brake, admission, parking, clock.asked());
        TransactionTemplate committed = committed(transactions);
        GroupCommit commits = new GroupCommit(
                items -> committed.execute(status -> transaction.apply(items)), () -> wakeups.signal(Wakeups.PLAN));
        return new Intake(
                normalizers,
                commits,
                parking,
                heartbeats,
                new Echoes(ledger, jdbc),
                clock.running(),
                settings.commitTimeout(),
                new Rehearsal(jdbc, committed(transactions), transaction));
    }

    @Bean
    StuckTriggers stuckTriggers(JdbcTemplate jdbc, MeterRegistry metrics, IntakeSettings settings) {
        return new StuckTriggers(jdbc, metrics, settings.stuckAfter());
    }

    @Bean
    Decisions decisions(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            IntakeSettings settings,
            BrakeSettings brake,
            Admission admission,
            Wakeups wakeups,
            LedgerClock clock) {
        return new Decisions(jdbc, committed(transactions), settings, brake, admission, wakeups, clock.asked());
    }

    @Bean
    Storms storms(
            JdbcTemplate jdbc, PlatformTransactionManager transactions, IntakeSettings settings, Decisions decisions) {
        return new Storms(jdbc, committed(transactions), settings.site(), released(decisions));
    }

    /** One by one, as if a person had released each. */
    static Storms.Release released(Decisions decisions) {
        return (id, hash, operator) -> decisions.release(id, hash, operator) instanceof Decisions.Result.Done;
    }

    private static TransactionTemplate committed(PlatformTransactionManager transactions) {
        TransactionTemplate template = new TransactionTemplate(transactions);
        template.setTimeout(TRANSACTION_TIMEOUT);
        return template;
    }
}
