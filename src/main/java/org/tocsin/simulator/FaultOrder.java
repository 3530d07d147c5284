package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jsmpp.util.DeliveryReceiptState;
import org.jspecify.annotations.Nullable;

/**
 * A fault asked for over HTTP: {@code {"channel":"whatsapp","fault":"refused","code":131026,"to":"+33…"}}. Without
 * {@code to} it holds for all; {@code times} bounds it, and {@code probability} too when it holds for all. Names are those of {@link Fault},
 * {@link SmscFault} and {@link MailFault} in kebab case, besides {@code healthy}, {@code refuse-connections} and
 * {@code webhook-outage} (both with {@code "on":true|false}).
 */
record FaultOrder(
        JsonNode order,
        String channel,
        String name,
        @Nullable String to,
        int times,
        double probability) {

    static FaultOrder of(JsonNode order) {
        return new FaultOrder(
                order,
                order.path("channel").asText("whatsapp"),
                order.path("fault").asText(),
                order.path("to").asText(null),
                order.path("times").asInt(Integer.MAX_VALUE),
                order.path("probability").asDouble(1));
    }

    void apply(Simulator simulator) {
        boolean on = order.path("on").asBoolean(true);
        switch (channel) {
            case "whatsapp" -> {
                switch (name) {
                    case "refuse-connections" -> simulator.whatsApp().refuseConnections(on);
                    case "webhook-outage" -> simulator.whatsApp().webhookOutage(on);
                    default -> plan(simulator.whatsApp().faults(), name.equals("healthy") ? null : whatsApp());
                }
            }
            case "sms" -> {
                switch (name) {
                    case "refuse-connections" -> simulator.smsc().refuseConnections(on);
                    case "drop-binds" -> simulator.smsc().dropBinds();
                    default -> plan(simulator.smsc().faults(), name.equals("healthy") ? null : sms());
                }
            }
            case "email" -> {
                if (name.equals("refuse-connections")) {
                    simulator.mail().refuseConnections(on);
                } else {
                    plan(simulator.mail().faults(), name.equals("healthy") ? null : mail());
                }
            }
            default -> throw new IllegalArgumentException("channel is whatsapp, sms or email");
        }
    }

    private <F> void plan(FaultPlan<F> plan, @Nullable F fault) {
        boolean always = times == Integer.MAX_VALUE;
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
            case "reset" -> new Fault.Reset(oneOf(Fault.Moment.class, "moment", "AFTER_READING"));
            case "lost-response" -> Fault.lostResponse();
            case "refused" -> new Fault.Refused(code(131000), order.has("status") ? status(400) : null);
            case "error-page" -> new Fault.ErrorPage(status(502));
            case "garbled" -> new Fault.Garbled(oneOf(Fault.Body.class, "body", "TRUNCATED"), accepted());
            case "held" -> new Fault.Held(after(), order.path("released").asBoolean());
            case "late" -> new Fault.Late(after(), order.path("receiptsFirst").asBoolean());
            case "not-on-whatsapp" -> Fault.notOnWhatsApp();
            case "failed" -> Fault.failed(code(131026));
            case "failed-late" -> Fault.failedLate(code(131000), after());
            case "no-receipts" -> Fault.noReceipts();
            case "sent-only" -> Fault.sentOnly();
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
            case "receipt" -> SmscFault.receipt(oneOf(DeliveryReceiptState.class, "state", "UNDELIV"));
            case "receipt-before-response" -> SmscFault.receiptBeforeResponse();
            case "duplicated-receipt" -> SmscFault.duplicatedReceipt();
            default -> throw unknown();
        };
    }

    private MailFault mail() {
        return switch (name) {
            case "recipient-refused" -> new MailFault.RecipientRefused(code(550));
            case "content-refused" -> new MailFault.ContentRefused(code(554));
            case "silent" -> new MailFault.Silent(oneOf(MailFault.Moment.class, "moment", "AFTER_DATA"));
            case "reset" -> new MailFault.Reset(oneOf(MailFault.Moment.class, "moment", "AFTER_DATA"));
            default -> throw unknown();
        };
    }

    private static IllegalArgumentException unknown() {
        return new IllegalArgumentException("no fault of that name on this channel");
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
        return Duration.ofMillis(order.path("afterMillis").asLong(1000));
    }

    /** {@code after-accepting} and {@code AFTER_ACCEPTING} are the same. */
    private <E extends Enum<E>> E oneOf(Class<E> type, String member, String otherwise) {
        String value = order.path(member).asText(otherwise);
        return Enum.valueOf(type, value.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
