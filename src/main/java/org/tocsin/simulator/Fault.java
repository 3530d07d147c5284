package org.tocsin.simulator;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong with a message to WhatsApp. All but {@link Receipts} spoil the HTTP exchange; {@code Receipts}
 * changes what is told afterwards of a message that was accepted. One of each may hold for a recipient together.
 */
public sealed interface Fault {

    /** The request is read, no answer ever comes. */
    record Silent(boolean accepted) implements Fault {}

    /** A TCP reset at some moment. */
    record Reset(Moment moment) implements Fault {}

    enum Moment {
        /** Before a byte of the body was read. Only for all: the recipient stands in the body. */
        BEFORE_READING,
        AFTER_READING,
        /** The lost response: the message is on its way. */
        AFTER_ACCEPTING
    }

    /**
     * An error in Meta's JSON.
     *
     * @param status null: the one that the error table gives for the code
     * @param retryAfter seconds for a {@code Retry-After} header, which Meta does not document; null: none
     */
    record Refused(
            int code, @Nullable Integer status, @Nullable Integer retryAfter) implements Fault {
        Refused(int code, @Nullable Integer status) {
            this(code, status, null);
        }
    }

    /** A proxy's HTML page instead of Meta's JSON. */
    record ErrorPage(int status) implements Fault {}

    /** Status 200 with a body that cannot be understood. */
    record Garbled(Body body, boolean accepted) implements Fault {}

    enum Body {
        /** The announced length, JSON cut in the middle. */
        TRUNCATED,
        EMPTY,
        HTML,
        /** JSON of another shape: no message id. */
        WITHOUT_ID,
        /** Fewer bytes than announced, then a reset. */
        CUT
    }

    /** 200 with {@code held_for_quality_assessment}; later released, or dropped as failed with 135000. */
    record Held(Duration until, boolean released) implements Fault {}

    /** The answer comes late; with {@code receiptsFirst} the statuses of the message come before it. */
    record Late(Duration firstByte, boolean receiptsFirst) implements Fault {}

    /** The phone is off for so long; what its time to live does not outlast never arrives. */
    record Offline(Duration until) implements Fault {}

    /**
     * @param steps instead of sent, delivered, read
     * @param copies how many times each status is posted
     * @param forged signed with another secret
     */
    record Receipts(List<Step> steps, int copies, boolean forged) implements Fault {
        public Receipts {
            steps = List.copyOf(steps);
        }
    }

    /**
     * @param status {@code sent}, {@code delivered}, {@code read} or {@code failed}
     * @param after since acceptance; null: what the settings say for that status
     * @param code of a failure, else 0
     */
    record Step(String status, @Nullable Duration after, int code) {
        static Step of(String status) {
            return new Step(status, null, 0);
        }
    }

    static Fault silent() {
        return new Silent(false);
    }

    static Fault lostResponse() {
        return new Reset(Moment.AFTER_ACCEPTING);
    }

    static Fault refused(int code) {
        return new Refused(code, null);
    }

    static Fault refused(int code, int status) {
        return new Refused(code, status);
    }

    /** 200, then failed with 131026: how an absent account shows by default. */
    static Fault notOnWhatsApp() {
        return failed(131026);
    }

    /** 200, then failed at once, never sent. */
    static Fault failed(int code) {
        return receipts(new Step("failed", null, code));
    }

    /** Sent, then failed so long after acceptance. */
    static Fault failedLate(int code, Duration after) {
        return receipts(Step.of("sent"), new Step("failed", after, code));
    }

    static Fault noReceipts() {
        return receipts();
    }

    /** The phone is off. */
    static Fault sentOnly() {
        return receipts(Step.of("sent"));
    }

    static Fault notRead() {
        return receipts(Step.of("sent"), Step.of("delivered"));
    }

    static Fault readWithoutDelivered() {
        return receipts(Step.of("sent"), Step.of("read"));
    }

    /** Read first, then delivered, sent last: no order is promised. */
    static Fault reordered() {
        return receipts(
                new Step("read", Duration.ZERO, 0),
                new Step("delivered", Duration.ofMillis(60), 0),
                new Step("sent", Duration.ofMillis(120), 0));
    }

    static Fault duplicated(int copies) {
        return new Receipts(List.of(Step.of("sent"), Step.of("delivered"), Step.of("read")), copies, false);
    }

    static Fault forgedReceipts() {
        return new Receipts(List.of(Step.of("sent"), Step.of("delivered"), Step.of("read")), 1, true);
    }

    static Fault receipts(Step... steps) {
        return new Receipts(List.of(steps), 1, false);
    }
}
