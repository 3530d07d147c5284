package org.tocsin.intake.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tocsin.alert.Area;
import org.tocsin.alert.CapProblem.Violation;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;
import org.tocsin.alert.Value;
import org.tocsin.intake.Format;
import org.tocsin.intake.Normalizer;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.ledger.Sha256;
import org.tocsin.intake.mapping.Place;
import org.tocsin.intake.mapping.PlaceholderText;

/** Events of other tools, by the mappings of their source in {@code config/events.yaml}. */
@Component
public final class EventNormalizer implements Normalizer {
    private static final int MAX_PROBLEMS = 20;
    /** More would not fit into an index entry of the ledger. */
    private static final int MAX_KEY = 500;
    /** How far ahead of ours a tool's clock may be before we rather go by the order of arrival. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private final Events events;

    public EventNormalizer(Events events) {
        this.events = events;
    }

    @Override
    public Format format() {
        return Format.MAPPED_JSON;
    }

    @Override
    public boolean claims(Submission submission) {
        return events.covers(submission.source(), submission.attributes().get(Submission.TOPIC));
    }

    @Override
    public boolean onlyWhatItClaims() {
        return true;
    }

    @Override
    public Trigger normalise(Submission submission, Instant now) throws UnacceptableSubmission {
        List<EventMapping> mappings =
                events.of(submission.source(), submission.attributes().get(Submission.TOPIC));
        Instant arrived = arrived(submission, now).truncatedTo(ChronoUnit.MICROS);
        List<EventReport> reports = new ArrayList<>();
        List<Violation> problems = new ArrayList<>();
        for (EventJson event : EventDocument.events(submission, mappings.get(0).split())) {
            try {
                EventMapping mapping = mappings.stream()
                        .filter(one -> one.isFor(event))
                        .findFirst()
                        .orElse(null);
                if (mapping != null) {
                    reports.add(report(mapping, event, arrived));
                }
            } catch (UnacceptableSubmission poison) {
                // Beyond these the reason says no more, and the payload is parked as a whole.
                poison.problems().stream().limit(MAX_PROBLEMS - problems.size()).forEach(problems::add);
            }
        }
        if (reports.isEmpty() && !problems.isEmpty()) {
            throw new UnacceptableSubmission(problems);
        }
        return reports.size() == 1 && problems.isEmpty() ? reports.get(0) : new Trigger.Pack(reports, problems);
    }

    /** The same at each redelivery where the broker says when it took the message; believed only if it is past. */
    private static Instant arrived(Submission submission, Instant now) {
        String millis = submission.attributes().get(Submission.ARRIVED_AT);
        if (millis == null || !millis.matches("\\d{1,15}") || millis.matches("0+")) {
            return now;
        }
        Instant arrived = Instant.ofEpochMilli(Long.parseLong(millis));
        return arrived.isAfter(now) ? now : arrived;
    }

    private static EventReport report(EventMapping mapping, EventJson event, Instant arrived)
            throws UnacceptableSubmission {
        boolean closed = mapping.state() != null && mapping.state().over(event);
        EventMapping.Times times = mapping.times();
        Instant observed = believed(event.time(times.observedAt(), times.zone()), arrived);
        Instant ended = closed ? believed(event.time(times.closedAt(), times.zone()), arrived) : null;
        Instant expires = event.time(times.expires(), times.zone());
        EventReport.Meaning meaning = meaning(mapping, event, closed);
        // Whom an end is for is known: those who were told of the beginning.
        List<String> addresses = closed ? mapping.addresses() : addresses(mapping, event);
        List<Area> areas = closed ? List.of() : areas(mapping, event, addresses);
        return new EventReport(
                mapping,
                key(mapping, event),
                closed,
                arrived,
                ended == null ? observed : ended,
                believed(event.time(times.startedAt(), times.zone()), arrived),
                // A tool that says when an open incident ends says nothing of how long its all-clear matters.
                expires == null || closed ? arrived.plus(times.expiresAfter()) : expires,
                substance(mapping, event, meaning, areas),
                meaning,
                addresses,
                areas,
                parameters(mapping, event),
                event.link(mapping.web()),
                texts(closed ? mapping.over() : mapping.texts(), event, meaning.event()));
    }

    private static @Nullable Instant believed(@Nullable Instant said, Instant arrived) {
        // No finer than the ledger keeps it, or the same time again would look older than itself.
        return said == null || said.isAfter(arrived.plus(AHEAD)) ? null : said.truncatedTo(ChronoUnit.MICROS);
    }

    private static EventReport.Meaning meaning(EventMapping mapping, EventJson event, boolean closed)
            throws UnacceptableSubmission {
        EventMapping.Meaning words = mapping.meaning();
        return new EventReport.Meaning(
                words.event().of(event),
                words.category().of(event),
                // How grave it was is known already, and an end must not be lost for a word.
                closed ? Severity.Unknown : words.severity().of(event),
                closed ? Urgency.Past : words.urgency().of(event),
                closed ? Certainty.Observed : words.certainty().of(event));
    }

    private static String key(EventMapping mapping, EventJson event) throws UnacceptableSubmission {
        List<String> parts = new ArrayList<>();
        for (Place place : mapping.identity()) {
            JsonNode node = event.at(place);
            if (!node.isValueNode() || node.asText().isBlank()) {
                throw event.bad(place, "what names the incident");
            }
            // Whole, and not bounded: two long names that differ at their ends are two incidents.
            parts.add(part(node.asText()));
        }
        String identity = String.join("%2C", parts);
        if (identity.length() > MAX_KEY) {
            identity = "%23" + Sha256.hex(identity);
        }
        // Two bars, where the key of a sensor's incident has three: they are never the same.
        return "event|" + mapping.name() + "|" + identity;
    }

    /** One part can never reach into the next. */
    private static String part(String text) {
        return text.replace("%", "%25").replace("|", "%7C").replace("\0", "%00");
    }

    private static List<String> addresses(EventMapping mapping, EventJson event) throws UnacceptableSubmission {
        Set<String> addresses = new LinkedHashSet<>(mapping.addresses());
        if (mapping.addressesBy() != null) {
            addresses.addAll(mapping.addressesBy().of(event));
        }
        return List.copyOf(addresses);
    }

    private static List<Area> areas(EventMapping mapping, EventJson event, List<String> addresses)
            throws UnacceptableSubmission {
        EventArea area = mapping.area();
        if (area == null) {
            return List.of();
        }
        List<Area> areas = area.of(event, fill(area.description(), event));
        if (areas.isEmpty() && (addresses.isEmpty() || area.intersects())) {
            throw new UnacceptableSubmission(event.path() + area.places(), "an area: nobody could be told without it");
        }
        return areas;
    }

    private static List<Value> parameters(EventMapping mapping, EventJson event) {
        List<Value> parameters = new ArrayList<>();
        mapping.parameters().forEach((name, place) -> {
            String value = event.text(place);
            if (value != null) {
                parameters.add(new Value(name, value.strip()));
            }
        });
        return parameters;
    }

    private static String substance(
            EventMapping mapping, EventJson event, EventReport.Meaning meaning, List<Area> areas) {
        StringBuilder all = new StringBuilder();
        if (mapping.substance().isEmpty()) {
            add(all, meaning.event());
            add(all, meaning.severity() + " " + meaning.urgency() + " " + meaning.certainty());
            areas.forEach(area -> add(all, EventArea.place(area)));
        }
        for (Place place : mapping.substance()) {
            add(all, event.at(place).toString());
        }
        return Sha256.hex(all.toString());
    }

    /** With its length, so that one value never reaches into the next. */
    private static void add(StringBuilder all, String value) {
        all.append(value.length()).append(':').append(value);
    }

    private static Map<String, EventReport.Text> texts(
            Map<String, EventMapping.Text> texts, EventJson event, String otherwise) {
        Map<String, EventReport.Text> filled = new LinkedHashMap<>();
        texts.forEach((language, text) -> {
            String headline = fill(text.headline(), event);
            filled.put(
                    language,
                    new EventReport.Text(
                            headline.isEmpty() ? otherwise : headline,
                            optional(text.description(), event),
                            optional(text.instruction(), event)));
        });
        return filled;
    }

    private static @Nullable String optional(@Nullable PlaceholderText text, EventJson event) {
        String filled = text == null ? "" : fill(text, event);
        return filled.isEmpty() ? null : filled;
    }

    /** Stripped, because CAP keeps no white space at the ends: what is stored must have the same content hash. */
    private static String fill(PlaceholderText text, EventJson event) {
        return text.fill(name -> EventJson.bounded(event.at(Place.of(List.of(name.split("\\|"))))))
                .strip();
    }
}
