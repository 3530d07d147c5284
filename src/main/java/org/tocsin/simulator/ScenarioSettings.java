package org.tocsin.simulator;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.SimulatorSettings.Template;

/** The part {@code settings} of a scenario; what is absent stays as the command line or the defaults say. */
record ScenarioSettings(
        @Nullable Duration latency,
        @Nullable Integer journalLimit,
        @Nullable Boolean refuseClosedWindowAtOnce,
        @Nullable String businessCountryCode,
        @Nullable Receipts receipts,
        @Nullable Webhooks webhooks,
        @Nullable AutoAnswer autoAnswer,
        @Nullable Sms sms,
        @Nullable Boolean acceptAnyTemplate,
        @Nullable List<TemplateEntry> templates,
        Rules.@Nullable Throughput throughput,
        @Nullable Boolean pairLimit,
        Rules.@Nullable Portfolio portfolio,
        Rules.@Nullable Pacing pacing,
        Rules.@Nullable Expiry expiry,
        Rules.@Nullable Codes codes) {

    record Receipts(
            @Nullable Duration sent,
            @Nullable Duration delivered,
            @Nullable Duration read,
            @Nullable Boolean quiet) {}

    record Webhooks(
            @Nullable Integer batch,
            @Nullable Duration linger,
            @Nullable Integer concurrency,
            @Nullable Duration timeout,
            @Nullable List<Duration> retryGaps,
            @Nullable Duration giveUp,
            @Nullable Integer version) {}

    record AutoAnswer(
            double share,
            @Nullable Duration after,
            @Nullable String text) {}

    record Sms(
            @Nullable Duration receiptAfter,
            SimulatorSettings.Sms.@Nullable MessageIds messageIds,
            SimulatorSettings.Sms.@Nullable Alphabet defaultAlphabet) {}

    record TemplateEntry(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String language,
            Template.@Nullable Status status,
            @Nullable List<String> parameters,
            @Nullable Duration ttl) {
        Template template() {
            return new Template(
                    name,
                    language,
                    or(status, Template.Status.APPROVED),
                    Objects.requireNonNullElse(parameters, List.of()));
        }
    }

    /** Whether it may be given to a simulator that runs. */
    boolean onlyRules() {
        return latency == null
                && journalLimit == null
                && refuseClosedWindowAtOnce == null
                && businessCountryCode == null
                && receipts == null
                && webhooks == null
                && autoAnswer == null
                && sms == null
                && acceptAnyTemplate == null
                && templates == null
                && expiry == null
                && codes == null;
    }

    Rules rules(Rules before) {
        return new Rules(
                throughput == null ? before.throughput() : throughput,
                or(pairLimit, before.pairLimit()),
                portfolio == null ? before.portfolio() : portfolio,
                pacing == null ? before.pacing() : pacing,
                or(expiry, before.expiry()),
                or(codes, before.codes()));
    }

    SimulatorSettings over(SimulatorSettings base) {
        SimulatorSettings settings = base.withRules(rules(base.rules()))
                .withLatency(or(latency, base.latency()))
                .withJournalLimit(or(journalLimit, base.journalLimit()))
                .withRefuseClosedWindowAtOnce(or(refuseClosedWindowAtOnce, base.refuseClosedWindowAtOnce()))
                .withBusinessCountryCode(or(businessCountryCode, base.account().businessCountryCode()));
        if (receipts != null) {
            SimulatorSettings.Receipts old = base.receipts();
            settings = settings.withReceiptDelays(
                            or(receipts.sent, old.sent()),
                            or(receipts.delivered, old.delivered()),
                            or(receipts.read, old.read()))
                    .withQuietReceipts(or(receipts.quiet, old.quiet()));
        }
        if (webhooks != null) {
            SimulatorSettings.Webhooks old = base.webhooks();
            settings = settings.withWebhooks(new SimulatorSettings.Webhooks(
                    old.url(),
                    or(webhooks.batch, old.batch()),
                    or(webhooks.linger, old.linger()),
                    or(webhooks.concurrency, old.concurrency()),
                    or(webhooks.timeout, old.timeout()),
                    or(webhooks.retryGaps, old.retryGaps()),
                    or(webhooks.giveUp, old.giveUp()),
                    or(webhooks.version, old.version())));
        }
        if (autoAnswer != null) {
            SimulatorSettings.AutoAnswer old = base.autoAnswer();
            settings = settings.withAutoAnswer(
                    autoAnswer.share, or(autoAnswer.after, old.after()), or(autoAnswer.text, old.buttonText()));
        }
        return withTemplates(withSms(settings));
    }

    private SimulatorSettings withSms(SimulatorSettings settings) {
        return sms == null
                ? settings
                : settings.withSmsReceiptAfter(
                                or(sms.receiptAfter, settings.sms().receiptAfter()))
                        .withSmsMessageIds(or(sms.messageIds, settings.sms().messageIds()))
                        .withSmsDefaultAlphabet(
                                or(sms.defaultAlphabet, settings.sms().defaultAlphabet()));
    }

    private SimulatorSettings withTemplates(SimulatorSettings settings) {
        SimulatorSettings listed = templates == null
                ? settings
                : settings.withTemplates(
                        templates.stream().map(TemplateEntry::template).toList());
        return acceptAnyTemplate == null ? listed : listed.withAcceptAnyTemplate(acceptAnyTemplate);
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
