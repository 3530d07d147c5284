package org.tocsin.api;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.tocsin.privacy.Secret;

/**
 * Who may call the REST interface.
 *
 * @param keys {@code name:sha256-hex:role[:CAP sender pattern]} each; the SHA-256 of the key, which itself is nowhere;
 *     roles {@code trigger}, {@code operator}
 */
@ConfigurationProperties("tocsin.api")
public record ApiKeys(@DefaultValue List<Secret> keys) {

    /** name, digest, role, and perhaps a pattern, which may itself hold colons. */
    private static final String FORM = "[^:\\s]+:[0-9a-fA-F]{64}:(trigger|operator)(:.+)?";

    public ApiKeys {
        for (int i = 0; i < keys.size(); i++) {
            if (!keys.get(i).reveal().matches(FORM)) {
                throw new IllegalArgumentException("tocsin.api.keys[" + i
                        + "] is not of the form name:sha256-hex:role[:sender pattern] with role trigger or operator:"
                        + " make the digest with `printf %s KEY | sha256sum`");
            }
        }
        keys = List.copyOf(keys);
    }
}
