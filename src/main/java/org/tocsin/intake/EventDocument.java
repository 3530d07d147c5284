package org.tocsin.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON document of a submission, taken apart into its events. */
final class EventDocument {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 32;
    /** Of one document. A mebibyte holds no more that say anything. */
    private static final int MAX_EVENTS = 5_000;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

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
        try {
            JsonNode root = JSON.readTree(payload);
            if (root == null || !root.isContainerNode()) {
                throw new UnacceptableSubmission("body", "a JSON object");
            }
            return root;
        } catch (IOException e) {
            // Without the parser's message: it quotes the payload.
            throw new UnacceptableSubmission("body", "readable JSON, at most " + MAX_DEPTH + " levels deep");
        }
    }

    /**
     * A CloudEvent in binary mode, whose attributes came beside the body, as the same event in structured mode: one
     * mapping is for both (CloudEvents 1.0, JSON event format).
     */
    private static JsonNode cloudEvent(Submission submission, JsonNode body) {
        if (submission.attributes().keySet().stream().noneMatch(name -> name.startsWith(Submission.CLOUD_EVENT))) {
            return body;
        }
        ObjectNode envelope = JSON.createObjectNode();
        submission.attributes().forEach((name, value) -> {
            if (name.startsWith(Submission.CLOUD_EVENT)) {
                envelope.put(name.substring(Submission.CLOUD_EVENT.length()), value);
            }
        });
        envelope.set("data", body);
        return envelope;
    }
}
