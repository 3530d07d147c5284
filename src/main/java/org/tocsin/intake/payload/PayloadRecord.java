package org.tocsin.intake.payload;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What one payload, or one part of it, says at one moment.
 *
 * @param place of the part in its payload, for problems: empty for the whole, else {@code [2]} or {@code row 3}
 * @param frame of the radio that it came in, or null
 */
public record PayloadRecord(
        String place, JsonNode fields, @Nullable Frame frame) {}
