package org.tocsin.simulator;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a valid POST to {@code /messages} asks for.
 *
 * @param input as it was given, echoed in the answer
 * @param to the recipient's key: {@code +digits}, BSUID or group id
 * @param target how the recipient was named
 * @param buttons payloads of quick replies, or ids of reply buttons
 */
record OutgoingMessage(
        String input,
        String to,
        Target target,
        String kind,
        @Nullable String callbackKey,
        String text,
        Map<String, String> params,
        List<String> buttons) {

    /** The kind of an audio with {@code voice: true}. */
    static final String VOICE = "voice";

    enum Target {
        PHONE,
        BSUID,
        GROUP
    }

    boolean template() {
        return kind.startsWith("template:");
    }

    /** Digits without {@code +} for a phone. */
    String waId() {
        return target == Target.PHONE ? to.substring(1) : to;
    }
}
