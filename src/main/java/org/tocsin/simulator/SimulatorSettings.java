package org.tocsin.simulator;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the simulators behave. Start from {@link #defaults()} and change what matters.
 *
 * @param seed of every choice by chance
 * @param latency added to each answer of the Cloud API
 * @param journalLimit entries that each journal keeps; 0 keeps counters only
 * @param rules what the provider keeps by itself
 */
public record SimulatorSettings(
        Ports ports,
        Account account,
        Receipts receipts,
        Webhooks webhooks,
        Templates templates,
        AutoAnswer autoAnswer,
        Sms sms,
        boolean refuseClosedWindowAtOnce,
        long seed,
        Duration latency,
        int journalLimit,
        Rules rules) {

    /** 0 is any free port. All are bound to 127.0.0.1. {@code control} serves {@code /_sim} when WhatsApp refuses. */
    public record Ports(int whatsApp, int control, int smpp, int smtp) {}

    /** @param otherNumberIds further business numbers of the same portfolio */
    public record Account(
            String accessToken,
            String appSecret,
            String verifyToken,
            String phoneNumberId,
            List<String> otherNumberIds,
            String businessCountryCode) {
        public Account {
            otherNumberIds = List.copyOf(otherNumberIds);
        }

        /** All of them. */
        public List<String> numberIds() {
            return Stream.concat(Stream.of(phoneNumberId), otherNumberIds.stream())
                    .toList();
        }

        boolean has(String numberId) {
            return phoneNumberId.equals(numberId) || otherNumberIds.contains(numberId);
        }

        /** Holds secrets. */
        @Override
        public String toString() {
            return "Account[" + phoneNumberId + "]";
        }
    }

    /** Since acceptance. {@code quiet}: no status is ever posted. */
    public record Receipts(Duration sent, Duration delivered, Duration read, boolean quiet) {}

    /**
     * @param batch most statuses and messages in one post (Meta: 1000)
     * @param linger how long to wait for company before a post
     * @param concurrency posts at a time
     * @param retryGaps before the second, third … try; the last one repeats until it is given up
     * @param giveUp since the first try: 7 days, as WhatsApp's pages say; 36 h, as Meta's general page does
     * @param version of the app: below 24 statuses tell of their conversation
     */
    public record Webhooks(
            @Nullable String url,
            int batch,
            Duration linger,
            int concurrency,
            Duration timeout,
            List<Duration> retryGaps,
            Duration giveUp,
            int version) {
        public Webhooks {
            retryGaps = List.copyOf(retryGaps);
        }

        boolean conversation() {
            return version < 24;
        }
    }

    public record Templates(List<Template> known, boolean acceptAny) {
        public Templates {
            known = List.copyOf(known);
        }
    }

    /** @param parameters names of the body's parameters, or {@code 1}, {@code 2} … for positional ones */
    public record Template(String name, String language, Status status, List<String> parameters) {
        public Template {
            parameters = List.copyOf(parameters);
        }

        public enum Status {
            APPROVED,
            PENDING,
            REJECTED,
            PAUSED,
            DISABLED
        }
    }

    /** This share of people tap the first quick reply button so long after delivery. */
    public record AutoAnswer(double share, Duration after, String buttonText) {}

    /** @param password at most 8 characters (SMPP 3.4) */
    public record Sms(
            String systemId, String password, MessageIds messageIds, Alphabet defaultAlphabet, Duration receiptAfter) {
        @Override
        public String toString() {
            return "Sms[" + systemId + "]";
        }

        public enum MessageIds {
            DECIMAL,
            HEX,
            /** Hexadecimal in submit_sm_resp, decimal in the receipt, as some SMSCs do. */
            HEX_THEN_DECIMAL
        }

        /** What data_coding 0 means here: each SMSC has its own default. */
        public enum Alphabet {
            GSM7,
            LATIN1
        }
    }

    public static SimulatorSettings defaults() {
        return new SimulatorSettings(
                new Ports(0, 0, 0, 0),
                new Account(
                        "simulated-access-token",
                        "simulated-app-secret",
                        "simulated-verify-token",
                        "106540352242922",
                        List.of(),
                        "1"),
                new Receipts(Duration.ofMillis(50), Duration.ofMillis(250), Duration.ofSeconds(2), false),
                new Webhooks(
                        null,
                        1000,
                        Duration.ofMillis(10),
                        4,
                        Duration.ofSeconds(10),
                        List.of(
                                Duration.ZERO,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(5),
                                Duration.ofHours(1)),
                        Duration.ofDays(7),
                        25),
                new Templates(List.of(), true),
                new AutoAnswer(0, Duration.ofSeconds(3), "OK"),
                new Sms("tocsin", "simsmsc", Sms.MessageIds.DECIMAL, Sms.Alphabet.GSM7, Duration.ofMillis(200)),
                false,
                1,
                Duration.ZERO,
                100_000,
                Rules.none());
    }

    public SimulatorSettings withWhatsAppPort(int port) {
        return with(new Ports(port, ports.control, ports.smpp, ports.smtp));
    }

    public SimulatorSettings withControlPort(int port) {
        return with(new Ports(ports.whatsApp, port, ports.smpp, ports.smtp));
    }

    public SimulatorSettings withSmppPort(int port) {
        return with(new Ports(ports.whatsApp, ports.control, port, ports.smtp));
    }

    public SimulatorSettings withSmtpPort(int port) {
        return with(new Ports(ports.whatsApp, ports.control, ports.smpp, port));
    }

    public SimulatorSettings withAccessToken(String token) {
        Account a = account;
        return with(new Account(
                token, a.appSecret, a.verifyToken, a.phoneNumberId, a.otherNumberIds, a.businessCountryCode));
    }

    public SimulatorSettings withAppSecret(String secret) {
        Account a = account;
        return with(new Account(
                a.accessToken, secret, a.verifyToken, a.phoneNumberId, a.otherNumberIds, a.businessCountryCode));
    }

    public SimulatorSettings withVerifyToken(String token) {
        Account a = account;
        return with(new Account(
                a.accessToken, a.appSecret, token, a.phoneNumberId, a.otherNumberIds, a.businessCountryCode));
    }

    /** @param others further business numbers */
    public SimulatorSettings withPhoneNumberId(String id, String... others) {
        Account a = account;
        return with(new Account(a.accessToken, a.appSecret, a.verifyToken, id, List.of(others), a.businessCountryCode));
    }

    public SimulatorSettings withBusinessCountryCode(String digits) {
        Account a = account;
        return with(new Account(a.accessToken, a.appSecret, a.verifyToken, a.phoneNumberId, a.otherNumberIds, digits));
    }

    public SimulatorSettings withWebhookUrl(@Nullable String url) {
        Webhooks w = webhooks;
        return with(new Webhooks(url, w.batch, w.linger, w.concurrency, w.timeout, w.retryGaps, w.giveUp, w.version));
    }

    public SimulatorSettings withRetryGaps(Duration... gaps) {
        Webhooks w = webhooks;
        return with(
                new Webhooks(w.url, w.batch, w.linger, w.concurrency, w.timeout, List.of(gaps), w.giveUp, w.version));
    }

    public SimulatorSettings withReceiptDelays(Duration sent, Duration delivered, Duration read) {
        return with(new Receipts(sent, delivered, read, receipts.quiet));
    }

    public SimulatorSettings withQuietReceipts(boolean quiet) {
        return with(new Receipts(receipts.sent, receipts.delivered, receipts.read, quiet));
    }

    /** The templates that exist; those not named are then unknown, unless {@link #withAcceptAnyTemplate} is said. */
    public SimulatorSettings withTemplates(List<Template> known) {
        return with(new Templates(known, false));
    }

    public SimulatorSettings withAcceptAnyTemplate(boolean acceptAny) {
        return with(new Templates(templates.known, acceptAny));
    }

    public SimulatorSettings withSmppAccount(String systemId, String password) {
        Sms s = sms;
        return with(new Sms(systemId, password, s.messageIds, s.defaultAlphabet, s.receiptAfter));
    }

    public SimulatorSettings withSmsReceiptAfter(Duration after) {
        Sms s = sms;
        return with(new Sms(s.systemId, s.password, s.messageIds, s.defaultAlphabet, after));
    }

    public SimulatorSettings withSmsMessageIds(Sms.MessageIds ids) {
        Sms s = sms;
        return with(new Sms(s.systemId, s.password, ids, s.defaultAlphabet, s.receiptAfter));
    }

    public SimulatorSettings withSmsDefaultAlphabet(Sms.Alphabet alphabet) {
        Sms s = sms;
        return with(new Sms(s.systemId, s.password, s.messageIds, alphabet, s.receiptAfter));
    }

    public SimulatorSettings withAutoAnswer(double share, Duration after, String buttonText) {
        return with(new AutoAnswer(share, after, buttonText));
    }

    /** Free text outside the 24 h window: refused in the answer instead of failing by webhook. */
    public SimulatorSettings withRefuseClosedWindowAtOnce(boolean atOnce) {
        return with(atOnce, seed, latency, journalLimit);
    }

    public SimulatorSettings withSeed(long value) {
        return with(refuseClosedWindowAtOnce, value, latency, journalLimit);
    }

    public SimulatorSettings withLatency(Duration value) {
        return with(refuseClosedWindowAtOnce, seed, value, journalLimit);
    }

    public SimulatorSettings withJournalLimit(int entries) {
        return with(refuseClosedWindowAtOnce, seed, latency, entries);
    }

    public SimulatorSettings withRules(Rules changed) {
        return with(changed);
    }

    public SimulatorSettings withWebhooks(Webhooks changed) {
        return with(changed);
    }

    private SimulatorSettings with(boolean atOnce, long newSeed, Duration newLatency, int newLimit) {
        return new SimulatorSettings(
                ports,
                account,
                receipts,
                webhooks,
                templates,
                autoAnswer,
                sms,
                atOnce,
                newSeed,
                newLatency,
                newLimit,
                rules);
    }

    private SimulatorSettings with(Record part) {
        return new SimulatorSettings(
                part instanceof Ports p ? p : ports,
                part instanceof Account a ? a : account,
                part instanceof Receipts r ? r : receipts,
                part instanceof Webhooks w ? w : webhooks,
                part instanceof Templates t ? t : templates,
                part instanceof AutoAnswer answer ? answer : autoAnswer,
                part instanceof Sms s ? s : sms,
                refuseClosedWindowAtOnce,
                seed,
                latency,
                journalLimit,
                part instanceof Rules changed ? changed : rules);
    }
}
