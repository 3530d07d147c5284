package org.tocsin.intake.cap;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Key {@code tocsin.intake.cap-profiles}: how exactly the CAP documents of a source must be what the schema says.
 *
 * @param capProfiles of each source at most one; without one it is lenient
 */
@ConfigurationProperties("tocsin.intake")
public record CapProfileSettings(@Nullable List<Profile> capProfiles) {

    public CapProfileSettings {
        capProfiles = capProfiles == null ? List.of() : List.copyOf(capProfiles);
    }

    /** What becomes of a document that its schema would refuse. */
    public enum Validation {
        /** It is parked, and every deviation named. */
        STRICT,
        /** It is an alert if our own rules can read it; the deviations are shown with it. */
        LENIENT
    }

    /**
     * @param source whose documents: {@code api}, {@code jms-incidents}, {@code hook:<name>}, {@code feed-<name>}
     * @param schema a file in the place of the built-in schema of its version; nothing that it names is fetched
     */
    public record Profile(
            String source,
            @DefaultValue("lenient") Validation validation,
            @Nullable Path schema) {}
}
