package org.tocsin.reply;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.Answer;
import org.tocsin.delivery.InboundMessage;

/**
 * Reads what people answer. A phrase counts only when it is the whole message: "not safe" is never SAFE. The one
 * exception is a call for help, which counts wherever it stands, and before everything but a whole known phrase ("no
 * help needed"): a false alarm to the duty group is better than a call that nobody hears.
 */
public final class ReplyReader {
    private static final Pattern PAYLOAD = Pattern.compile("([A-Z_]{1,20}):([A-Za-z0-9._-]{1,64})");

    private final ReplyPhrases phrases;

    private ReplyReader(ReplyPhrases phrases) {
        this.phrases = phrases;
    }

    /** With the phrases of {@code reply-phrases.yaml} on the class path. */
    public static ReplyReader load() {
        return new ReplyReader(ReplyPhrases.load("/reply-phrases.yaml"));
    }

    /** Never throws. */
    public Reply read(InboundMessage message) {
        Reply tapped = tapped(message.payload());
        if (tapped != null) {
            return tapped;
        }
        Reply said = said(message.text());
        if (said instanceof Reply.Other && message.payload() != null) {
            // A template whose buttons have no payload of ours sends the button's words instead.
            Reply button = said(message.payload());
            return button instanceof Reply.Other ? said : button;
        }
        return said;
    }

    private static @Nullable Reply tapped(@Nullable String payload) {
        Matcher matcher = PAYLOAD.matcher(payload == null ? "" : payload);
        if (matcher.matches()) {
            for (Answer answer : Answer.values()) {
                if (answer.name().equals(matcher.group(1))) {
                    return new Reply.Answered(answer, matcher.group(2));
                }
            }
        }
        return null;
    }

    private Reply said(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return new Reply.Other(null);
        }
        List<String> words = ReplyWords.of(text);
        Reply whole = phrases.whole(words);
        if (whole == null) {
            whole = phrases.whole(phrases.undecorated(words));
        }
        if (whole != null) {
            return whole;
        }
        return phrases.callsForHelp(words) ? new Reply.Answered(Answer.NEED_HELP, null) : new Reply.Other(text);
    }

    /** The phrases with what each means. */
    Map<String, Reply> meanings() {
        return phrases.byPhrase();
    }
}
