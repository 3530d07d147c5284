package org.tocsin.setup;

import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.cost.PriceFile;
import org.tocsin.cost.Prices;
import org.tocsin.delivery.ChannelCredentials;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.LedgerClock;
import org.tocsin.delivery.PlanFile;
import org.tocsin.delivery.ReceiptReader;
import org.tocsin.delivery.email.BounceReceiptReader;
import org.tocsin.delivery.email.EmailChannel;
import org.tocsin.delivery.email.EmailSettings;
import org.tocsin.delivery.sms.SmppSettings;
import org.tocsin.delivery.sms.SmsChannel;
import org.tocsin.delivery.sms.SmsReceiptReader;
import org.tocsin.delivery.whatsapp.WhatsAppChannel;
import org.tocsin.delivery.whatsapp.WhatsAppReceiptReader;
import org.tocsin.delivery.whatsapp.WhatsAppSettings;
import org.tocsin.delivery.whatsapp.WhatsAppWebhook;
import org.tocsin.directory.ContactsCsv;
import org.tocsin.directory.ImportReport;
import org.tocsin.directory.JdbcDirectory;
import org.tocsin.embedded.BrokerServer;
import org.tocsin.embedded.HubSettings;
import org.tocsin.embedded.StartCheck;
import org.tocsin.message.Templates;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.privacy.Keyset;
import org.tocsin.privacy.LookupHash;

/** Puts together the parts that know nothing of Spring. */
@Configuration(proxyBeanMethods = false)
class HubBeans {
    private static final Logger log = LoggerFactory.getLogger(HubBeans.class);

    @Bean
    @DependsOnDatabaseInitialization
    Keyset keyset(DataSource dataSource, HubSettings hub) {
        return Keyset.open(hub.keys(), dataSource);
    }

    @Bean
    static RouteLint routeLint(ConfigurableEnvironment environment) {
        return new RouteLint(environment);
    }

    /** Transactions are begun and ended where one can read it; nothing here is proxied for {@code @Transactional}. */
    @Bean
    TransactionTemplate transactionTemplate(PlatformTransactionManager transactions) {
        return new TransactionTemplate(transactions);
    }

    @Bean
    AddressCipher addressCipher(Keyset keyset) {
        return keyset.cipher();
    }

    @Bean
    LookupHash lookupHash(Keyset keyset) {
        return keyset.hash();
    }

    @Bean
    @DependsOnDatabaseInitialization
    JdbcDirectory directory(DataSource dataSource, AddressCipher cipher, LookupHash hash) {
        return new JdbcDirectory(dataSource, cipher, hash);
    }

    /** Read at each start, before anything can trigger. */
    @Bean
    @DependsOnDatabaseInitialization
    ContactsCsv contactsCsv(
            DataSource dataSource, AddressCipher cipher, LookupHash hash, FileSettings files, DirectorySettings d) {
        ContactsCsv contacts = new ContactsCsv(
                dataSource,
                cipher,
                hash,
                d.defaultRegion().isBlank() ? null : d.defaultRegion(),
                d.defaultLanguage(),
                d.maxDeactivatedShare());
        ImportReport report = contacts.load(files.contacts());
        log.info(
                "directory {}: {} added, {} updated, {} unchanged, {} deactivated, {} rows with problems",
                files.contacts(),
                report.added(),
                report.updated(),
                report.unchanged(),
                report.deactivated(),
                report.problemCount());
        report.problems().forEach(problem -> log.warn("{}: {}", files.contacts(), problem));
        return contacts;
    }

    @Bean
    Templates templates(FileSettings files) {
        Templates templates = Templates.load(files.templates(), files.timeZone());
        templates.lint().forEach(problem -> log.warn("template: {}", problem));
        return templates;
    }

    @Bean
    Prices prices(FileSettings files) {
        return PriceFile.load(files.prices());
    }

    /** A channel that would fail for everybody stops the start, not the first alert. */
    @Bean
    PlanFile deliveryPlan(FileSettings files, HubSettings hub, List<ChannelCredentials> credentials) {
        PlanFile plan = PlanFile.load(files.deliveryPlan());
        StartCheck.requireCredentials(hub.demo(), plan.channels(), credentials);
        return plan;
    }

    @Bean
    DeliveryChannel whatsAppChannel(WhatsAppSettings settings, LedgerClock clock) {
        return new WhatsAppChannel(settings.accessToken(), clock.running());
    }

    @Bean
    DeliveryChannel smsChannel(SmppSettings settings, LedgerClock clock) {
        return new SmsChannel(settings.sourceAddress(), clock.running());
    }

    /** What waits in the embedded broker is as old as the ledger's clock says. */
    @Bean
    InitializingBean brokerDates(ObjectProvider<BrokerServer> embedded, LedgerClock clock) {
        return () -> embedded.ifAvailable(broker -> broker.dateBy(clock.running()));
    }

    @Bean
    DeliveryChannel emailChannel(EmailSettings settings) {
        return new EmailChannel(settings.from());
    }

    @Bean
    WhatsAppWebhook whatsAppWebhook(WhatsAppSettings settings) {
        return new WhatsAppWebhook(settings.appSecret(), settings.verifyToken());
    }

    @Bean
    ReceiptReader whatsAppReceiptReader() {
        return new WhatsAppReceiptReader();
    }

    @Bean
    ReceiptReader smsReceiptReader() {
        return new SmsReceiptReader();
    }

    @Bean
    ReceiptReader emailReceiptReader() {
        return new BounceReceiptReader();
    }
}
