package org.tocsin.intake.cap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.CapProblem.Violation;
import org.tocsin.intake.Marks.Signature;
import org.tocsin.intake.SchemaReport;
import org.tocsin.intake.SchemaReport.Deviation;
import org.tocsin.intake.SchemaReport.Verdict;
import org.xml.sax.SAXException;

/**
 * Judges CAP documents by the schema of their version, by the profile of their source. Nothing is ever fetched: not what a
 * document names as its schema, and not what a schema of the configuration would import.
 */
public final class CapSchemas {
    private static final String CAP_1_2 = "urn:oasis:names:tc:emergency:cap:1.2";
    private static final String CAP_1_1 = "urn:oasis:names:tc:emergency:cap:1.1";

    private record Profile(boolean strict, @Nullable Schema schema) {}

    private static final Profile LENIENT = new Profile(false, null);

    /** By the namespace of the alert. */
    private final Map<String, Schema> builtIn;

    private final Map<String, Profile> profiles = new HashMap<>();

    /** @throws IllegalArgumentException when a schema cannot be read, or a source has two profiles */
    public CapSchemas(CapProfileSettings settings) {
        builtIn = Map.of(CAP_1_2, builtIn("cap-1.2.xsd"), CAP_1_1, builtIn("cap-1.1.xsd"));
        for (CapProfileSettings.Profile profile : settings.capProfiles()) {
            boolean strict = profile.validation() == CapProfileSettings.Validation.STRICT;
            Schema own = profile.schema() == null ? null : own(profile.schema());
            if (profiles.put(profile.source(), new Profile(strict, own)) != null) {
                throw new IllegalArgumentException(
                        "tocsin.intake.cap-profiles: " + profile.source() + " has two profiles; leave one of them");
            }
        }
    }

    /** Everybody lenient. */
    public static CapSchemas lenient() {
        return new CapSchemas(new CapProfileSettings(null));
    }

    private static Schema builtIn(String name) {
        try (InputStream file = CapSchemas.class.getResourceAsStream("/cap/" + name)) {
            return factory().newSchema(new StreamSource(Objects.requireNonNull(file, name)));
        } catch (SAXException | IOException e) {
            throw new IllegalStateException("the schema " + name + " of this jar cannot be read", e);
        }
    }

    private static Schema own(Path path) {
        try (InputStream file = Files.newInputStream(path)) {
            return factory().newSchema(new StreamSource(file));
        } catch (SAXException | IOException e) {
            throw new IllegalArgumentException("tocsin.intake.cap-profiles: " + path
                    + " is no XML Schema that can be read alone: it may import nothing");
        }
    }

    private static SchemaFactory factory() throws SAXException {
        SchemaFactory factory = SchemaFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        return factory;
    }

    public boolean isStrict(String source) {
        return profiles.getOrDefault(source, LENIENT).strict();
    }

    /** @param document as it came, in an envelope or not; what is no XML is UNCHECKED */
    public SchemaReport report(String source, byte[] document) {
        Schema own = profiles.getOrDefault(source, LENIENT).schema();
        return CapDeviations.of(document, namespace -> own != null ? own : builtIn.get(namespace));
    }

    /** Why a strict source's document is parked, with what its signature says, which is another question. */
    static List<Violation> violations(SchemaReport report, @Nullable Signature signature) {
        List<Violation> violations = new ArrayList<>();
        if (report.verdict() == Verdict.UNCHECKED) {
            violations.add(new Violation(
                    "alert", "CAP 1.2 or 1.1 in readable XML: this source must be valid by the schema of its version"));
        }
        for (Deviation deviation : report.deviations()) {
            violations.add(new Violation("line " + deviation.line() + " " + deviation.element(), deviation.expected()));
        }
        if (report.more() > 0) {
            violations.add(new Violation("alert", "no further deviation: there are " + report.more() + " more"));
        }
        if (signature != null && signature != Signature.ABSENT) {
            violations.add(new Violation("Signature", "no other: it is " + signature));
        }
        return violations;
    }
}
