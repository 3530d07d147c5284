package org.tocsin.delivery.whatsapp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reading what Meta, or somebody who claims to be Meta, sent: bounded in size and depth, never throwing. */
final class WhatsAppJson {
    /** Meta's own limit of a webhook body is 3 MB. */
    static final int LARGEST = 4 * 1024 * 1024;

    private static final int DEEPEST = 40;
    private static final int LONGEST_CODE = 12;
    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(1024 * 1024)
                            .maxNumberLength(100)
                            .maxNameLength(1000)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private WhatsAppJson() {}

    /** The document, or null where the bytes are not exactly one readable JSON document. */
    static @Nullable JsonNode read(byte[] raw) {
        if (raw.length == 0 || raw.length > LARGEST) {
            return null;
        }
        try {
            return whole(READER.readTree(raw));
        } catch (IOException e) {
            return null;
        }
    }

    static @Nullable JsonNode read(String text) {
        if (text.isEmpty() || text.length() > LARGEST) {
            return null;
        }
        try {
            return whole(READER.readTree(text));
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static @Nullable JsonNode whole(@Nullable JsonNode node) {
        return node == null || node.isMissingNode() ? null : node;
    }

    /** A text that is not empty, or null. */
    static @Nullable String text(JsonNode parent, String field) {
        JsonNode node = parent.path(field);
        return node.isTextual() && !node.textValue().isEmpty() ? node.textValue() : null;
    }

    /** An error code, as a number or as digits; -1 where there is none. */
    static long code(JsonNode error) {
        JsonNode node = error.path("code");
        if (node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0) {
            return node.longValue();
        }
        String digits = text(error, "code");
        boolean number = digits != null
                && digits.length() <= LONGEST_CODE
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(digits) : -1;
    }
}
