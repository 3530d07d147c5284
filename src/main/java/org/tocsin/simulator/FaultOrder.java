package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jsmpp.util.DeliveryReceiptState;
import org.jspecify.annotations.Nullable;

/**
 * A fault asked for over HTTP: {@code {"channel":"whatsapp","fault":"refused","code":131026,"to":"+33…"}}. Without
 * {@code to} it holds for all; {@code times} bounds it, and {@code probability} too when it holds for all. Names are those of {@link Fault},
 * {@link SmscFault} and {@link MailFault} in kebab case, besides {@code healthy} and the switches (with
 * {@code "on":true|false}) {@code refuse-connections}, {@code webhook-outage}, {@code token-expired},
 * {@code oversize-batches} and, on the https port, {@code tls-expired}, {@code tls-wrong-host}, {@code tls-handshake-cut} and
 * {@code tls-plain-text}. With {@code "for":"30s"} it ends by itself, {@code "to":"+33*"} means many, and
 * {@code "share":0.2} some of these people. {@code "number":"1065…"} instead of
 * {@code to}: all messages of one business number of WhatsApp, and its health; those to some of its people with {@code share}.
 */
record FaultOrder(
        JsonNode order,
        String channel,
        String name,
        @Nullable String to,
        int times,
        double probability) {
    private static final Set<String> SWITCHES =
            Set.of("refuse-connections", "webhook-outage", "token-expired", "oversize-batches");

    static FaultOrder of(JsonNode order) {
        return new FaultOrder(
                order,
                order.path("channel").asText("whatsapp"),
                order.path("fault").asText(),
                order.path("to").asText(null),
                order.path("times").asInt(Integer.MAX_VALUE),
                order.path("probability").asDouble(1));
    }

    /** @throws IllegalArgumentException with what is wrong, before anything happens */
    void apply(Simulator simulator) {
        check();
        boolean on = order.path("on").asBoolean(true);
        Consumer<Boolean> toggle = toggle(simulator);
        if (toggle != null) {
            toggle.accept(on);
            if (order.has("for")) {
                simulator.clock().later(lasting(), () -> toggle.accept(!on));
            }
            return;
        }
        if (order.has("number")) {
            ofNumber(simulator, order.path("number").asText());
            return;
        }
        switch (channel) {
            case "whatsapp" -> plan(simulator, simulator.whatsApp().faults(), healthy() ? null : whatsApp());
            case "sms" -> {
                if (name.equals("drop-binds")) {
                    simulator.smsc().dropBinds();
                } else {
                    plan(simulator, simulator.smsc().faults(), healthy() ? null : sms());
                }
            }
            default -> plan(simulator, simulator.mail().faults(), healthy() ? null : mail());
        }
    }

    private void ofNumber(Simulator simulator, String number) {
        if (!scoped()) {
            simulator.whatsApp().faultForNumber(number, healthy() ? null : whatsApp());
            return;
        }
        Runnable end = simulator.whatsApp().faultsOfNumbers().during(number, share("share"), whatsApp());
        if (order.has("for")) {
            simulator.clock().later(lasting(), end);
        }
    }

    /** What holds for the whole provider, on or off; null: a fault of messages. */
    private @Nullable Consumer<Boolean> toggle(Simulator simulator) {
        TlsDoor.Mode tls = tls();
        if (tls != null) {
            return on -> simulator.tls(0).mode(on ? tls : TlsDoor.Mode.GOOD);
        }
        return switch (channel + " " + name) {
            case "whatsapp refuse-connections" -> simulator.whatsApp()::refuseConnections;
            case "whatsapp webhook-outage" -> simulator.whatsApp()::webhookOutage;
            case "whatsapp token-expired" -> simulator.whatsApp()::expireToken;
            case "whatsapp oversize-batches" -> simulator.whatsApp()::oversizeBatches;
            case "sms refuse-connections" -> simulator.smsc()::refuseConnections;
            case "email refuse-connections" -> simulator.mail()::refuseConnections;
            default -> null;
        };
    }

    private TlsDoor.@Nullable Mode tls() {
        return channel.equals("whatsapp") ? TlsDoor.Mode.ofFault(name) : null;
    }

    private boolean healthy() {
        return name.equals("healthy");
    }

    /** @throws IllegalArgumentException with what is wrong */
    void check() {
        boolean whole = SWITCHES.contains(name) || tls() != null || name.equals("drop-binds") && channel.equals("sms");
        switch (channel) {
            case "whatsapp" -> {
                if (!whole && !healthy()) {
                    whatsApp();
                }
            }
            case "sms", "email" -> {
                boolean known = name.equals("refuse-connections") || name.equals("drop-binds") && channel.equals("sms");
                if (!known && !healthy()) {
                    Object made = channel.equals("sms") ? sms() : mail();
                    Objects.requireNonNull(made);
                }
            }
            default -> throw new IllegalArgumentException("channel is whatsapp, sms or email");
        }
        if (whole && to != null) {
            throw new IllegalArgumentException(name + " holds for everybody: without to");
        }
        if (order.has("number") && (!channel.equals("whatsapp") || whole || to != null)) {
            throw new IllegalArgumentException("number is for a fault of whatsapp, without to");
        }
        if (order.has("number") && (order.has("times") || order.has("probability"))) {
            throw new IllegalArgumentException("number goes with for and share, not with times and probability");
        }
        if (healthy() && scoped()) {
            throw new IllegalArgumentException("healthy is for one person or for all, without for and share");
        }
        if (order.has("for")) {
            lasting();
        }
        share("share");
        share("probability");
    }

    private double share(String member) {
        JsonNode value = order.path(member);
        if (value.isMissingNode()) {
            return 1;
        }
        if (!value.isNumber() || value.asDouble() < 0 || value.asDouble() > 1) {
            throw new IllegalArgumentException(member + " is a number from 0 to 1");
        }
        return value.asDouble();
    }

    private Duration lasting() {
        return Durations.of(order.path("for").asText());
    }

    /** Whether it needs a window in the plan, instead of replacing what was said before. */
    private boolean scoped() {
        return order.has("for") || order.has("share") || to != null && to.endsWith("*");
    }

    private <F> void plan(Simulator simulator, FaultPlan<F> plan, @Nullable F fault) {
        boolean always = times == Integer.MAX_VALUE;
        if (fault != null && scoped()) {
            FaultPlan.Scope scope = new FaultPlan.Scope(to == null ? "*" : to, share("share"));
            Runnable end = plan.during(scope, probability, times, fault);
            if (order.has("for")) {
                simulator.clock().later(lasting(), end);
            }
            return;
        }
        if (to != null && fault != null && !always) {
            plan.forRecipient(to, times, fault);
        } else if (to != null) {
            plan.forRecipient(to, fault == null ? List.of() : List.of(fault));
        } else if (fault == null) {
            plan.forAll(List.of());
        } else if (always && probability >= 1) {
            plan.forAll(List.of(fault));
        } else {
            plan.forSome(probability, times, fault);
        }
    }

    private Fault whatsApp() {
        return switch (name) {
            case "silent" -> new Fault.Silent(accepted());
            case "reset" -> new Fault.Reset(oneOfOrder(Fault.Moment.class, "moment", "AFTER_READING"));
            case "lost-response" -> Fault.lostResponse();
            case "refused" ->
                new Fault.Refused(
                        code(131000),
                        order.has("status") ? status(400) : null,
                        order.has("retryAfter") ? order.path("retryAfter").asInt() : null);
            case "error-page" -> new Fault.ErrorPage(status(502));
            case "garbled" -> new Fault.Garbled(oneOfOrder(Fault.Body.class, "body", "TRUNCATED"), accepted());
            case "held" -> new Fault.Held(after(), order.path("released").asBoolean());
            case "late" -> new Fault.Late(after(), order.path("receiptsFirst").asBoolean());
            case "not-on-whatsapp" -> Fault.notOnWhatsApp();
            case "failed" -> Fault.failed(code(131026));
            case "failed-late" -> Fault.failedLate(code(131000), after());
            case "no-receipts" -> Fault.noReceipts();
            case "sent-only" -> Fault.sentOnly();
            case "offline" -> new Fault.Offline(after());
            case "not-read" -> Fault.notRead();
            case "read-without-delivered" -> Fault.readWithoutDelivered();
            case "reordered" -> Fault.reordered();
            case "duplicated" -> Fault.duplicated(order.path("copies").asInt(2));
            case "forged-receipts" -> Fault.forgedReceipts();
            default -> throw unknown();
        };
    }

    private SmscFault sms() {
        return switch (name) {
            case "silent" -> new SmscFault.Silent(accepted());
            case "reset" -> new SmscFault.Reset(accepted());
            case "rejected" -> new SmscFault.Rejected(status(SmscFault.SYSTEM_ERROR));
            case "throttled" -> SmscFault.throttled();
            case "unbound" -> new SmscFault.Unbound(accepted());
            case "no-receipt" -> SmscFault.noReceipt();
            case "receipt" -> SmscFault.receipt(oneOfOrder(DeliveryReceiptState.class, "state", "UNDELIV"));
            case "receipt-before-response" -> SmscFault.receiptBeforeResponse();
            case "duplicated-receipt" -> SmscFault.duplicatedReceipt();
            default -> throw unknown();
        };
    }

    private MailFault mail() {
        return switch (name) {
            case "recipient-refused" -> new MailFault.RecipientRefused(code(550));
            case "content-refused" -> new MailFault.ContentRefused(code(554));
            case "silent" -> new MailFault.Silent(oneOfOrder(MailFault.Moment.class, "moment", "AFTER_DATA"));
            case "reset" -> new MailFault.Reset(oneOfOrder(MailFault.Moment.class, "moment", "AFTER_DATA"));
            default -> throw unknown();
        };
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException("no fault '" + name + "' on channel " + channel);
    }

    private boolean accepted() {
        return order.path("accepted").asBoolean();
    }

    private int code(int otherwise) {
        return order.path("code").asInt(otherwise);
    }

    private int status(int otherwise) {
        return order.path("status").asInt(otherwise);
    }

    private Duration after() {
        return order.has("after")
                ? Durations.of(order.path("after").asText())
                : Duration.ofMillis(order.path("afterMillis").asLong(1000));
    }

    /** {@code after-accepting} and {@code AFTER_ACCEPTING} are the same. */
    private <E extends Enum<E>> E oneOfOrder(Class<E> type, String member, String otherwise) {
        return oneOf(type, member, order.path(member).asText(otherwise));
    }

    /** @throws IllegalArgumentException that names what there is */
    static <E extends Enum<E>> E oneOf(Class<E> type, String member, String value) {
        try {
            return Enum.valueOf(type, value.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    member + " is one of "
                            + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT),
                    e);
        }
    }
}
