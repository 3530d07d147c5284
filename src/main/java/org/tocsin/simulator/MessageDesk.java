package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.Fault.Moment;
import org.tocsin.simulator.Fault.Receipts;
import org.tocsin.simulator.Fault.Step;
import org.tocsin.simulator.GraphError.Refusal;
import org.tocsin.simulator.OutgoingMessage.Target;

/**
 * Takes messages, or does what the recipient's fault says. The same body twice is two messages with two ids: there is no
 * idempotency. Every message whose body was read is in the journal, whether accepted or not.
 */
final class MessageDesk {
    private static final Duration WINDOW = Duration.ofHours(24);

    private final SimulatorSettings settings;
    private final Timeline clock;
    private final FaultPlan<Fault> faults;
    private final RateLimits limits;
    private final Pacer pacer;
    private final TemplateBook templates;
    private final Journal journal;
    private final MessageHistory history;
    private final MessageCourse course;
    private final MessageCheck check;
    private final Wamids wamids;
    private final Map<String, Instant> heardFrom = new ConcurrentHashMap<>();
    private final NumberFaults faultsOfNumbers;

    MessageDesk(
            SimulatorSettings settings,
            Timeline clock,
            FaultPlan<Fault> faults,
            RateLimits limits,
            Pacer pacer,
            TemplateBook templates,
            Journal journal,
            MessageHistory history,
            MessageCourse course,
            Wamids wamids,
            NumberFaults faultsOfNumbers) {
        this.settings = settings;
        this.clock = clock;
        this.faults = faults;
        this.limits = limits;
        this.pacer = pacer;
        this.templates = templates;
        this.journal = journal;
        this.history = history;
        this.course = course;
        this.check = new MessageCheck(settings, templates);
        this.wamids = wamids;
        this.faultsOfNumbers = faultsOfNumbers;
    }

    /** A person wrote or tapped: free text to them is allowed for 24 hours from now. */
    void heardFrom(String number, String to) {
        heardFrom.put(to, clock.now());
        limits.received(number);
    }

    void closeWindow(String to) {
        heardFrom.remove(to);
    }

    /** @param number the phone number id whose message it is */
    void take(String number, HttpServerRequest request, JsonNode body, Exchange exchange) {
        OutgoingMessage message;
        try {
            message = check.check(body);
        } catch (Refusal refusal) {
            String to =
                    Addresses.key(body.path("to").asText(body.path("recipient").asText()));
            String key = body.path("biz_opaque_callback_data").asText(null);
            OutgoingMessage refused =
                    new OutgoingMessage(to, to, Target.PHONE, "refused", key, "", Map.of(), List.of());
            GraphError error = settings.rules().codes().of(refusal.error());
            record(number, refused, null, false, "refused with " + error.code());
            throw new Refusal(error);
        }
        Fault spoiler = null;
        Receipts receipts = message.kind().equals(OutgoingMessage.VOICE) ? MessageCourse.PLAYED : MessageCourse.NORMAL;
        for (Fault fault : faults.draw(message.to())) {
            if (fault instanceof Receipts told) {
                receipts = told;
            } else if (fault instanceof Fault.Offline offline) {
                receipts = whileOff(offline.until(), message);
            } else if (spoiler == null) {
                spoiler = fault;
            }
        }
        if (spoiler == null) {
            spoiler = faultsOfNumbers.of(number, message.to());
        }
        if (spoiler == null && !limits.none()) {
            spoiler = limits.refuses(number, message.to(), !windowClosed(message.to()));
        }
        if (spoiler == null) {
            spoiler = pacer.hold(message);
        }
        if (!message.template() && windowClosed(message.to())) {
            if (settings.refuseClosedWindowAtOnce() && spoiler == null) {
                spoiler = Fault.refused(131047);
            }
            receipts = new Receipts(List.of(new Step("failed", null, 131047)), 1, false);
        }
        new Taking(number, request, exchange, message, receipts, spoiler).run();
    }

    /** A phone that comes back in time gets the message then; later it is gone, usually without a word. */
    private Receipts whileOff(Duration until, OutgoingMessage message) {
        Rules.Expiry expiry = settings.rules().expiry();
        Duration ttl = templates.ttl(message.kind());
        Step sent = Step.of("sent");
        if (until.compareTo(ttl) < 0) {
            Duration read = until.plus(settings.receipts().read());
            return new Receipts(List.of(sent, new Step("delivered", until, 0), new Step("read", read, 0)), 1, false);
        }
        List<Step> steps = expiry.told() ? List.of(sent, new Step("failed", ttl, expiry.code())) : List.of(sent);
        return new Receipts(steps, 1, false);
    }

    /** One message and its fate. */
    private final class Taking {
        private final String number;
        private final HttpServerRequest request;
        private final Exchange exchange;
        private final OutgoingMessage message;
        private final Receipts receipts;
        private final @Nullable Fault spoiler;

        Taking(
                String number,
                HttpServerRequest request,
                Exchange exchange,
                OutgoingMessage message,
                Receipts receipts,
                @Nullable Fault spoiler) {
            this.number = number;
            this.request = request;
            this.exchange = exchange;
            this.message = message;
            this.receipts = receipts;
            this.spoiler = spoiler;
        }

        void run() {
            if (spoiler == null) {
                exchange.answer(request, answer(accept(receipts, settings.latency()), "accepted"));
            } else if (spoiler instanceof Fault.Silent silent) {
                acceptIf(silent.accepted());
            } else if (spoiler instanceof Fault.Reset reset) {
                acceptIf(reset.moment() == Moment.AFTER_ACCEPTING);
                Exchange.reset(request);
            } else if (spoiler instanceof Fault.Refused refused) {
                acceptIf(false);
                GraphError error = GraphError.of(refused.code(), refused.status(), "Simulated refusal.");
                exchange.refuse(request, error, refused.retryAfter());
            } else if (spoiler instanceof Fault.ErrorPage page) {
                acceptIf(false);
                exchange.page(request, page.status());
            } else if (spoiler instanceof Fault.Garbled garbled) {
                exchange.garbled(request, garbled.body(), answer(acceptIf(garbled.accepted()), "accepted"));
            } else if (spoiler instanceof Fault.Held held) {
                hold(held);
            } else if (spoiler instanceof Fault.Late late) {
                Sent sent = accept(receipts, late.receiptsFirst() ? null : late.firstByte());
                exchange.answerLate(request, answer(sent, "accepted"), late.firstByte());
            }
        }

        /** Released: the usual course begins late. Dropped: nobody is told more than a generic failure. */
        private void hold(Fault.Held held) {
            Receipts dropped = new Receipts(List.of(new Step("failed", Duration.ZERO, 135000)), 1, false);
            Sent sent = accept(held.released() ? receipts : dropped, held.until());
            exchange.answer(request, answer(sent, "held_for_quality_assessment"));
        }

        private Sent acceptIf(boolean accepted) {
            return accepted ? accept(receipts, settings.latency()) : record(number, message, null, false, met());
        }

        /** @param offset of the statuses; null: all at once, one after the other */
        private Sent accept(Receipts told, @Nullable Duration offset) {
            boolean shown = MessageCourse.reachesPhone(told);
            Sent sent = record(number, message, wamids.next(message.waId()), shown, met());
            history.remember(sent.providerId(), told, offset == null ? Duration.ZERO : offset);
            if (offset == null) {
                course.start(sent, message, MessageCourse.atOnce(told), Duration.ZERO);
            } else {
                course.start(sent, message, told, offset);
            }
            return sent;
        }

        private @Nullable String met() {
            boolean usual = receipts == MessageCourse.NORMAL || receipts == MessageCourse.PLAYED;
            if (spoiler == null) {
                return usual ? null : receipts.toString();
            }
            return usual ? spoiler.toString() : spoiler + " " + receipts;
        }

        /** Written by hand, because it is half of what a message costs otherwise. */
        private Buffer answer(Sent sent, String messageStatus) {
            AsciiJson answer = new AsciiJson(384);
            answer.raw("{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":")
                    .string(message.input());
            answer.raw(message.target() == Target.BSUID ? ",\"user_id\":" : ",\"wa_id\":")
                    .string(message.waId());
            answer.raw("}],\"messages\":[{\"id\":")
                    .string(sent.providerId() == null ? "wamid.none" : sent.providerId());
            if (message.target() == Target.GROUP) {
                answer.raw(",\"group_id\":").string(message.to());
            }
            if (message.template()) {
                answer.raw(",\"message_status\":").string(messageStatus);
            }
            return Buffer.buffer(answer.raw("}]}").toBytes());
        }
    }

    private Sent record(
            String number, OutgoingMessage message, @Nullable String wamid, boolean onPhone, @Nullable String met) {
        Sent sent = new Sent(
                "whatsapp",
                number,
                message.to(),
                message.kind(),
                wamid,
                message.callbackKey(),
                message.text(),
                message.params(),
                message.buttons(),
                clock.now(),
                wamid != null,
                onPhone,
                met);
        journal.record(sent);
        return sent;
    }

    private boolean windowClosed(String to) {
        Instant last = heardFrom.get(to);
        return last == null || last.plus(WINDOW).isBefore(clock.now());
    }
}
