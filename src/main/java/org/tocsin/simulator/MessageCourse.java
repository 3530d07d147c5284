package org.tocsin.simulator;

import java.time.Duration;
import java.util.List;
import org.tocsin.simulator.Fault.Receipts;
import org.tocsin.simulator.Fault.Step;

/** What becomes of an accepted message: accepted, sent, delivered, read (and a voice message played), each told by webhook at its time. */
final class MessageCourse {
    /** Of a voice message. */
    static final Receipts PLAYED =
            new Receipts(List.of(Step.of("sent"), Step.of("delivered"), Step.of("read"), Step.of("played")), 1, false);

    static final Receipts NORMAL =
            new Receipts(List.of(Step.of("sent"), Step.of("delivered"), Step.of("read")), 1, false);

    private final SimulatorSettings settings;
    private final Timeline clock;
    private final Webhooks webhooks;
    private final AutoTap autoTap;

    /** Called when a message reached its phone. */
    interface AutoTap {
        /** Whether anybody would answer at all. */
        boolean possible();

        void arrived(Sent sent);
    }

    MessageCourse(SimulatorSettings settings, Timeline clock, Webhooks webhooks, AutoTap autoTap) {
        this.settings = settings;
        this.clock = clock;
        this.webhooks = webhooks;
        this.autoTap = autoTap;
    }

    /** Nothing told counts as shown: an oracle for duplicates must not miss it. */
    static boolean reachesPhone(Receipts receipts) {
        return receipts == NORMAL || receipts.steps().isEmpty() || has(receipts, "delivered") || has(receipts, "read");
    }

    /** The same steps one after the other, without waiting for anything. */
    static Receipts atOnce(Receipts told) {
        List<Step> steps = told.steps().stream()
                .map(step -> new Step(step.status(), Duration.ZERO, step.code()))
                .toList();
        return new Receipts(steps, told.copies(), told.forged());
    }

    /** @param offset added to every step */
    void start(Sent sent, OutgoingMessage message, Receipts receipts, Duration offset) {
        boolean mayTap = !sent.buttons().isEmpty() && autoTap.possible();
        if (settings.receipts().quiet() && !mayTap) {
            return;
        }
        boolean deliveredTold = has(receipts, "delivered");
        boolean arrived = false;
        for (Step step : receipts.steps()) {
            boolean arrives = step.status().equals("delivered") || step.status().equals("read");
            boolean first = arrives && !arrived;
            arrived |= arrives;
            boolean priced = step.status().equals("sent")
                    || step.status().equals("delivered")
                    || step.status().equals("read") && !deliveredTold;
            clock.later(offset.plus(delay(step)), () -> {
                tell(sent, message, receipts, step, priced);
                if (first && mayTap) {
                    autoTap.arrived(sent);
                }
            });
        }
    }

    private void tell(Sent sent, OutgoingMessage message, Receipts receipts, Step step, boolean priced) {
        String wamid = sent.providerId();
        if (settings.receipts().quiet() || wamid == null) {
            return;
        }
        boolean phone = message.target() == OutgoingMessage.Target.PHONE;
        WebhookEvent status = new WebhookEvent.Status(
                sent.sender() == null ? "" : sent.sender(),
                wamid,
                step.status(),
                clock.millis() / 1000,
                message.waId(),
                phone,
                sent.callbackKey(),
                message.template(),
                priced,
                step.code(),
                settings.webhooks().conversation(),
                receipts.forged());
        for (int copy = 0; copy < receipts.copies(); copy++) {
            webhooks.offer(status);
        }
    }

    /** Since acceptance. */
    Duration delay(Step step) {
        if (step.after() != null) {
            return step.after();
        }
        return switch (step.status()) {
            case "delivered" -> settings.receipts().delivered();
            case "read", "played" -> settings.receipts().read();
            default -> settings.receipts().sent();
        };
    }

    private static boolean has(Receipts receipts, String status) {
        for (Step step : receipts.steps()) {
            if (step.status().equals(status)) {
                return true;
            }
        }
        return false;
    }
}
