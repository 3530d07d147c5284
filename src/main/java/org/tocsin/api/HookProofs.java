package org.tocsin.api;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The proofs of the sources that have one. */
@Component
final class HookProofs {
    private final Map<String, HookProof> proofs = new LinkedHashMap<>();

    HookProofs(HookSettings settings) {
        settings.hooks().forEach((source, hook) -> {
            try {
                proofs.put(source, new HookProof(hook));
            } catch (IllegalArgumentException e) {
                // Without its cause, which quotes the secret.
                throw new IllegalArgumentException(
                        "tocsin.hooks." + source + ".secrets: expected base64, perhaps after whsec_");
            }
        });
    }

    /** Null for a source that needs an API key. */
    @Nullable
    HookProof of(@Nullable String source) {
        return source == null ? null : proofs.get(source);
    }
}
