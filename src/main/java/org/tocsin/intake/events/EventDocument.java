package org.tocsin.intake.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.mapping.Place;
import org.tocsin.intake.payload.StrictJson;

/** The JSON document of a submission, taken apart into its events. */
final class EventDocument {
    private static final int MAX_BYTES = 1 << 20;
    /** Of one document. A mebibyte holds no more that say anything. */
    private static final int MAX_EVENTS = 5_000;

    private EventDocument() {}

    /** @param split where the array of events stands; null: the document is one event, or an array of them */
    static List<EventJson> events(Submission submission, @Nullable Place split) throws UnacceptableSubmission {
        JsonNode root = cloudEvent(submission, read(submission.payload()));
        if (split == null && root.isObject()) {
            return List.of(new EventJson(root, root, ""));
        }
        JsonNode array = split == null ? root : split.in(root, root);
        String path = split == null ? "" : split.written();
        if (!array.isArray() || array.size() > MAX_EVENTS) {
            throw new UnacceptableSubmission(
                    path.isEmpty() ? "body" : path, "an array of at most " + MAX_EVENTS + " events");
        }
        List<EventJson> events = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            events.add(new EventJson(root, array.get(i), path + "/" + i));
        }
        return events;
    }

    private static JsonNode read(byte[] payload) throws UnacceptableSubmission {
        if (payload.length > MAX_BYTES) {
            throw new UnacceptableSubmission("body", "at most " + MAX_BYTES + " bytes");
        }
        JsonNode root = StrictJson.read(payload);
        if (!root.isContainerNode()) {
            throw new UnacceptableSubmission("body", "a JSON object");
        }
        return root;
    }

    /**
     * A CloudEvent in binary mode, whose attributes came beside the body, as the same event in structured mode: one
     * mapping is for both (CloudEvents 1.0, JSON event format).
     */
    private static JsonNode cloudEvent(Submission submission, JsonNode body) {
        if (submission.attributes().keySet().stream().noneMatch(name -> name.startsWith(Submission.CLOUD_EVENT))) {
            return body;
        }
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        submission.attributes().forEach((name, value) -> {
            if (name.startsWith(Submission.CLOUD_EVENT)) {
                envelope.put(name.substring(Submission.CLOUD_EVENT.length()), value);
            }
        });
        envelope.set("data", body);
        return envelope;
    }
}
