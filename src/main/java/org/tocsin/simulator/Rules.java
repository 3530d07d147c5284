package org.tocsin.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the provider keeps by itself, all off unless asked for. Where Meta says nothing the value is an assumption, which
 * {@link #assumptions()} names. Source of the numbers: WhatsApp Cloud API, messaging limits and throughput, 2026-09.
 *
 * @param throughput null: no limit of messages a second
 * @param pairLimit one message per 6 s to the same person, up to 45 in a burst that must be repaid
 * @param portfolio null: any number of people a day
 * @param pacing null: no template message is held
 */
public record Rules(
        @Nullable Throughput throughput,
        boolean pairLimit,
        @Nullable Portfolio portfolio,
        @Nullable Pacing pacing,
        Expiry expiry,
        Codes codes) {

    public Rules {
        expiry = expiry == null ? new Expiry(null, false, null) : expiry;
        codes = codes == null ? new Codes(null, null, null) : codes;
    }

    static Rules none() {
        return new Rules(null, false, null, null, new Expiry(null, false, null), new Codes(null, null, null));
    }

    /**
     * Messages a second in and out.
     *
     * @param perSecond default 80
     * @param status HTTP status of 130429; default 400
     * @param upgraded after an upgrade; default 1,000
     * @param maintenance how long an upgrade answers 131057; at most 60 s
     */
    public record Throughput(
            @Nullable Integer perSecond,
            @Nullable Integer status,
            @Nullable Integer upgraded,
            @Nullable Duration maintenance) {
        public Throughput {
            perSecond = perSecond == null ? 80 : perSecond;
            status = status == null ? 400 : status;
            upgraded = upgraded == null ? 1000 : upgraded;
            maintenance = maintenance == null ? Duration.ofSeconds(60) : maintenance;
        }
    }

    /**
     * @param people different ones in moving 24 h, outside their service windows; default 250
     * @param code of the refusal; default 131048
     */
    public record Portfolio(
            @Nullable Integer people, @Nullable Integer code) {
        public Portfolio {
            people = people == null ? 250 : people;
            code = code == null ? 131048 : code;
        }
    }

    /**
     * Of each template: {@code first} messages are accepted, the others held; then {@code batch} of them are released
     * every {@code every}, or all are dropped with 135000.
     */
    public record Pacing(
            @Nullable Integer first,
            @Nullable Integer batch,
            @Nullable Duration every,
            boolean drop) {
        public Pacing {
            first = first == null ? 1000 : first;
            batch = batch == null ? 1000 : batch;
            every = every == null ? Duration.ofMinutes(5) : every;
        }
    }

    /**
     * Of messages to a phone that is off.
     *
     * @param ttl where the template has none of its own; default 30 days
     * @param told whether {@code failed} comes when it has passed; else nothing ever comes
     * @param code of that failure; default 131026
     */
    public record Expiry(
            @Nullable Duration ttl, boolean told, @Nullable Integer code) {
        public Expiry {
            ttl = ttl == null ? Duration.ofDays(30) : ttl;
            code = code == null ? 131026 : code;
        }
    }

    /** Which error a defect of the body is; defaults 100, 131008, 131009. */
    public record Codes(
            @Nullable Integer unknown,
            @Nullable Integer missing,
            @Nullable Integer bad) {
        public Codes {
            unknown = unknown == null ? 100 : unknown;
            missing = missing == null ? 131008 : missing;
            bad = bad == null ? 131009 : bad;
        }

        GraphError of(GraphError error) {
            int code =
                    switch (error.code()) {
                        case 100 -> unknown;
                        case 131008 -> missing;
                        case 131009 -> bad;
                        default -> error.code();
                    };
            return code == error.code() ? error : GraphError.of(code, error.details());
        }
    }

    List<String> assumptions() {
        List<String> said = new ArrayList<>();
        said.add("an unknown member of the body is error " + codes.unknown() + ", a missing one " + codes.missing()
                + ", a bad value " + codes.bad());
        said.add(
                throughput == null
                        ? "no limit of messages a second is kept"
                        : throughput.perSecond() + " messages a second in and out, above that 130429 with status "
                                + throughput.status() + "; an upgrade to " + throughput.upgraded() + " takes "
                                + throughput.maintenance() + " of 131057");
        said.add(
                pairLimit
                        ? "a burst of up to 45 messages to one person in 6 s locks them out for 6 s a message, 131056"
                        : "no limit per person is kept");
        said.add(
                portfolio == null
                        ? "no limit of people a day is kept"
                        : portfolio.people() + " people in 24 h outside their windows, above that " + portfolio.code()
                                + " in the answer");
        said.add(
                pacing == null
                        ? "no template message is held for quality"
                        : "after " + pacing.first() + " messages a template is held; "
                                + (pacing.drop()
                                        ? "what is held is dropped with 135000 after " + pacing.every()
                                        : pacing.batch() + " are released every " + pacing.every()));
        said.add("a phone that is off for longer than the time to live (" + expiry.ttl()
                + " without one of the template) "
                + (expiry.told() ? "is told as failed with " + expiry.code() : "is never told of"));
        return said;
    }
}
