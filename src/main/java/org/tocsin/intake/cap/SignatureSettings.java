package org.tocsin.intake.cap;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Key {@code tocsin.intake.signers}: by which certificates alerts are signed.
 *
 * @param signers none: a signature is seen and not judged
 */
@ConfigurationProperties("tocsin.intake")
public record SignatureSettings(@Nullable List<Signer> signers) {

    public SignatureSettings {
        signers = signers == null ? List.of() : List.copyOf(signers);
    }

    /**
     * @param sender of which CAP senders
     * @param certificates a file of PEM certificates; several while one is replaced by the next
     * @param required whether an alert of such a sender without signature waits for a person
     */
    public record Signer(
            Pattern sender,
            Path certificates,
            @DefaultValue("false") boolean required) {}
}
