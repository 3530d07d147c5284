package org.tocsin.publish;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A tool did not take an event. The message is a sentence of ours: it is stored, and shown to operators. */
public final class NotPublished extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean forGood;
    private final @Nullable Duration retryAfter;

    /**
     * @param forGood the same again would be refused again
     * @param retryAfter what the tool asked for
     */
    public NotPublished(String sentence, boolean forGood, @Nullable Duration retryAfter) {
        super(sentence);
        this.forGood = forGood;
        this.retryAfter = retryAfter;
    }

    /** What is worth another try: nobody there, or too busy. 4xx is not, but for the three that say "later". */
    public static NotPublished answered(int status, @Nullable Duration retryAfter) {
        boolean later = status >= 500 || status == 408 || status == 425 || status == 429;
        String redirect = status >= 300 && status < 400 ? ", a redirect, which is not followed" : "";
        return new NotPublished("answered " + status + redirect, !later, retryAfter);
    }

    public boolean forGood() {
        return forGood;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
