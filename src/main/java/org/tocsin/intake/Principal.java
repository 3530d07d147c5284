package org.tocsin.intake;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who hands in a trigger, already authenticated.
 *
 * @param name the name of the API key or of the broker's user; journalled, so never a secret
 * @param speaksFor which CAP senders it may speak for, matched as a whole; null for every sender
 */
public record Principal(String name, Role role, @Nullable Pattern speaksFor) {

    public boolean maySpeakFor(String sender) {
        return role == Role.OPERATOR
                || speaksFor == null
                || speaksFor.matcher(sender).matches();
    }
}
