package org.tocsin.intake.payload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.tocsin.intake.UnacceptableSubmission;

/** JSON of strangers: bounded in depth and numbers, each key once, nothing behind it. */
public final class StrictJson {
    private static final int MAX_DEPTH = 32;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /** @throws UnacceptableSubmission without a word of the payload */
    public static JsonNode read(byte[] payload) throws UnacceptableSubmission {
        try {
            JsonNode root = JSON.readTree(payload);
            if (root == null || root.isMissingNode()) {
                throw new UnacceptableSubmission("body", "a JSON object");
            }
            return root;
        } catch (IOException e) {
            // Without the parser's message: it quotes the payload.
            throw new UnacceptableSubmission("body", "readable JSON, at most " + MAX_DEPTH + " levels deep");
        }
    }
}
