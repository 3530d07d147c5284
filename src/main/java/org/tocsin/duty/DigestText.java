package org.tocsin.duty;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapJson;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Info;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Status;
import org.tocsin.alert.Value;
import org.tocsin.delivery.Digests;

/**
 * What a digest says: how many alerts, and the newest of them by headline, in each language that one of those speaks. The
 * words around are those of the template {@code digest}. It expires with the first of its alerts, so that nothing is said
 * of an alert after its end.
 */
final class DigestText {
    /** Alerts that a digest names; the others are a number. */
    static final int NAMED = 5;
    /** Chosen by {@code config/templates/index.yaml}, and by {@code config/delivery-plan.yaml} where it names it. */
    static final String EVENT = "Alert digest";

    private static final int HEADLINE = 120;

    private final String sender;

    DigestText(String sender) {
        this.sender = sender;
    }

    byte[] compose(Digests.Content content) {
        OffsetDateTime sent = content.at().atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
        List<Alert> newest = content.newest().stream()
                .map(item -> CapJson.restore(item.cap().getBytes(StandardCharsets.UTF_8)))
                .toList();
        Set<String> languages = new TreeSet<>();
        newest.forEach(alert -> alert.infos().forEach(info -> languages.add(info.language())));
        List<Info> infos = languages.stream()
                .map(language -> info(language, content, newest, sent))
                .toList();
        return CapJson.write(new Alert(
                "digest-" + content.digestId(),
                sender,
                sent,
                Status.Actual,
                MsgType.Alert,
                null,
                Scope.Private,
                null,
                content.contacts(),
                List.of(),
                null,
                List.of(),
                List.of(),
                infos));
    }

    private static Info info(String language, Digests.Content content, List<Alert> newest, OffsetDateTime sent) {
        List<String> lines = new ArrayList<>();
        newest.forEach(alert -> lines.add(headline(alert, language)));
        int more = content.count() - newest.size();
        return new Info(
                language,
                List.of(Category.Other),
                EVENT,
                List.of(),
                content.urgency(),
                content.severity(),
                Certainty.Unknown,
                null,
                List.of(),
                sent,
                null,
                content.expires().atOffset(ZoneOffset.UTC),
                "Tocsin",
                lines.get(0),
                String.join("; ", lines) + (more > 0 ? "; + " + more : ""),
                null,
                null,
                null,
                List.of(new Value("tocsin:count", String.valueOf(content.count()))),
                List.of(),
                List.of());
    }

    private static String headline(Alert alert, String language) {
        Info info = alert.infos().stream()
                .filter(i -> i.language().equals(language))
                .findFirst()
                .orElse(alert.infos().get(0));
        String said = info.headline() == null || info.headline().isBlank() ? info.event() : info.headline();
        String line = said.strip().replaceAll("\\s+", " ");
        return line.codePointCount(0, line.length()) <= HEADLINE
                ? line
                : line.substring(0, line.offsetByCodePoints(0, HEADLINE)) + "…";
    }
}
