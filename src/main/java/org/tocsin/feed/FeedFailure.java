package org.tocsin.feed;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A feed that could not be read this time. Its sentence is ours: nothing of what the server sent is in it. */
public final class FeedFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** As metrics and rows name it, in lower case with hyphens. */
    public enum Kind {
        /** The guard let it not be called, or a redirect led astray. */
        ADDRESS_REFUSED,
        /** No name, no connection, no TLS. */
        NO_CONNECTION,
        TIMEOUT,
        /** More redirects than {@link FeedClient#MAX_REDIRECTS}. */
        REDIRECTS,
        /** 404. */
        NOT_FOUND,
        /** 410: it will not come back. */
        GONE,
        /** 401, 403. */
        FORBIDDEN,
        /** 429, or 503 with Retry-After. */
        BUSY,
        /** 5xx. */
        SERVER_ERROR,
        /** Any other status. */
        UNEXPECTED_STATUS,
        /** More bytes, entries, elements or depth than the limits allow. */
        TOO_LARGE,
        /** A web page where a feed should be. */
        HTML,
        /** Neither XML nor JSON that can be read. */
        MALFORMED,
        DOCTYPE,
        /** Readable, but no feed. */
        NOT_A_FEED,
        /** What was new could not be committed; it is handed in again. */
        NOT_COMMITTED,
        /** A defect of ours. */
        DEFECT;

        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether waiting will hardly mend it: somebody is told at once. */
        boolean lasting() {
            return this == GONE || this == ADDRESS_REFUSED;
        }
    }

    private final Kind kind;
    private final transient @Nullable Duration retryAfter;

    FeedFailure(Kind kind, String sentence) {
        this(kind, sentence, null);
    }

    FeedFailure(Kind kind, String sentence, @Nullable Duration retryAfter) {
        super(sentence);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    public Kind kind() {
        return kind;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
