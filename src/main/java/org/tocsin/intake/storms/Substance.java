package org.tocsin.intake.storms;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapJson;
import org.tocsin.alert.Info;
import org.tocsin.alert.Severity;

/**
 * What alerts are compared by when their identities differ.
 *
 * @param says everything but the identity, {@code sent}, {@code effective} and {@code expires}, which senders renew
 *     each time, and but for the severity, so that a rise is seen as one
 * @param cause the sender, the event and whom it concerns
 */
public record Substance(UUID says, UUID cause) {
    private static final OffsetDateTime NEVER = Instant.EPOCH.atOffset(ZoneOffset.UTC);
    /** Of those whose causes are too many to tell apart. */
    static final UUID SEVERAL = new UUID(0, 0);

    static Substance of(Alert alert) {
        return new Substance(says(alert), cause(alert));
    }

    /** 0 is the gravest. What is unknown counts as Moderate, as it does for how long an alert lives. */
    public static int rank(Severity severity) {
        return switch (severity) {
            case Extreme -> 0;
            case Severe -> 1;
            case Moderate, Unknown -> 2;
            case Minor -> 3;
        };
    }

    private static UUID says(Alert a) {
        // Where infos differ in severity, a rise in one of them must not hide behind another.
        boolean uniform = a.infos().stream().map(Info::severity).distinct().count() == 1;
        List<Info> infos =
                a.infos().stream().map(info -> timeless(info, uniform)).toList();
        return hash(CapJson.write(a.withIdentity("-", NEVER).withInfos(infos)));
    }

    private static Info timeless(Info i, boolean withoutSeverity) {
        return new Info(
                i.language(),
                i.categories(),
                i.event(),
                i.responseTypes(),
                i.urgency(),
                withoutSeverity ? Severity.Unknown : i.severity(),
                i.certainty(),
                i.audience(),
                i.eventCodes(),
                null,
                i.onset(),
                null,
                i.senderName(),
                i.headline(),
                i.description(),
                i.instruction(),
                i.web(),
                i.contact(),
                i.parameters(),
                i.resources(),
                i.areas());
    }

    private static UUID cause(Alert a) {
        List<Object> words = List.of(
                a.sender(),
                a.infos().stream().map(Info::event).distinct().sorted().toList(),
                a.addresses().stream().distinct().sorted().toList(),
                a.infos().stream()
                        .flatMap(info -> info.areas().stream())
                        .map(area -> area.polygons() + "" + area.circles() + area.geocodes())
                        .distinct()
                        .sorted()
                        .toList());
        return hash(words.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static UUID hash(byte[] bytes) {
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
            return new UUID(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
