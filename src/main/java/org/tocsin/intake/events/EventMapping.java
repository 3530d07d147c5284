package org.tocsin.intake.events;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.mapping.Place;
import org.tocsin.intake.mapping.PlaceholderText;

/**
 * How the events of another tool become alerts: one entry of {@code config/events.yaml}.
 *
 * @param topic which topics of the source it is for; null for all
 * @param split where the array of events stands; null when the document is one event. The same for all of one source
 * @param when all must hold, or the event is not for this entry
 * @param identity which incident of the tool it is about
 * @param cancels whether a closed incident is told with a Cancel; else with an all-clear in the words of {@code over}
 * @param rearm after so long without an event of an open incident, the next one is a new alert: its end was lost
 * @param substance what, when it changed, makes an Update; empty: event, severity, urgency, certainty and area. A rise
 *     in severity is one in any case
 * @param texts by language, BCP 47; the first is the default
 * @param over what an all-clear says, by language
 */
public record EventMapping(
        String name,
        String source,
        @Nullable Pattern topic,
        @Nullable Place split,
        List<Filter> when,
        List<Place> identity,
        @Nullable State state,
        boolean cancels,
        Times times,
        Duration rearm,
        String sender,
        @Nullable String senderName,
        Meaning meaning,
        List<String> addresses,
        @Nullable Words<List<String>> addressesBy,
        @Nullable EventArea area,
        Map<String, Place> parameters,
        @Nullable Place web,
        List<Place> substance,
        Map<String, Text> texts,
        Map<String, Text> over) {

    /** What the event is in the words of CAP. */
    record Meaning(
            Words<String> event,
            Words<Category> category,
            Words<Severity> severity,
            Words<Urgency> urgency,
            Words<Certainty> certainty) {}

    /**
     * @param observedAt when this very event happened: older ones than the newest known change nothing
     * @param startedAt when the incident began: what began before the last end is over
     * @param closedAt when it ended, in the event that says so
     * @param zone of times that say none, or null
     */
    record Times(
            @Nullable Place observedAt,
            @Nullable Place startedAt,
            @Nullable Place closedAt,
            @Nullable Place expires,
            Duration expiresAfter,
            @Nullable ZoneId zone) {}

    /** One of these words stands there; in lower case. */
    record Filter(Place at, Set<String> words) {
        boolean holds(EventJson event) {
            String word = event.text(at);
            return word != null && words.contains(Words.folded(word));
        }
    }

    /**
     * Whether the incident is over.
     *
     * @param open words of an open one; empty: all that are not in {@code closed}
     */
    record State(Place at, Set<String> open, Set<String> closed) {
        boolean over(EventJson event) throws UnacceptableSubmission {
            String word = event.required(at, "the state of the incident");
            String folded = Words.folded(word);
            if (!closed.contains(folded) && !open.isEmpty() && !open.contains(folded)) {
                throw event.bad(at, "one of the states that are listed for it");
            }
            return closed.contains(folded);
        }
    }

    /** What is said in one language; placeholders are replaced once, and what replaces them is never looked at. */
    record Text(
            PlaceholderText headline,
            @Nullable PlaceholderText description,
            @Nullable PlaceholderText instruction) {}

    boolean isFor(String ofSource, @Nullable String ofTopic) {
        return source.equals(ofSource)
                && (topic == null || (ofTopic != null && topic.matcher(ofTopic).matches()));
    }

    boolean isFor(EventJson event) {
        return when.stream().allMatch(filter -> filter.holds(event));
    }
}
