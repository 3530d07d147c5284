package org.tocsin.intake.sensors;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.UnacceptableSubmission;

/**
 * A number within the bytes of a radio frame, in base64.
 *
 * @param offset of its first byte, from 0
 * @param bit from 0, the lowest: the number is then 1 or 0; null for the whole
 * @param times and {@code plus}: what the raw number is multiplied by, and what is added then
 */
public record FrameBytes(
        JsonPointer at, int offset, Kind kind, @Nullable Integer bit, double times, double plus) {
    /** LoRaWAN frames hold at most 242 bytes. */
    private static final int MAX_TEXT = 4_096;

    /** How the number is written; {@code be}: the highest byte first. */
    enum Kind {
        UINT8(1),
        INT8(1),
        UINT16_BE(2),
        INT16_BE(2),
        UINT16_LE(2),
        INT16_LE(2),
        UINT32_BE(4),
        INT32_BE(4),
        UINT32_LE(4),
        INT32_LE(4),
        FLOAT32_BE(4),
        FLOAT32_LE(4);

        final int length;

        Kind(int length) {
            this.length = length;
        }

        /** The word in the file: {@code int16-be}. */
        String key() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        double read(ByteBuffer bytes, int offset) {
            bytes.order(name().endsWith("LE") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            return switch (this) {
                case UINT8 -> bytes.get(offset) & 0xff;
                case INT8 -> bytes.get(offset);
                case UINT16_BE, UINT16_LE -> bytes.getShort(offset) & 0xffff;
                case INT16_BE, INT16_LE -> bytes.getShort(offset);
                case UINT32_BE, UINT32_LE -> bytes.getInt(offset) & 0xffff_ffffL;
                case INT32_BE, INT32_LE -> bytes.getInt(offset);
                case FLOAT32_BE, FLOAT32_LE -> bytes.getFloat(offset);
            };
        }
    }

    /** Whether there is a frame at all: an uplink may have none. */
    boolean absent(JsonNode fields) {
        return fields.at(at).asText("").isEmpty();
    }

    /** @throws UnacceptableSubmission when there are not that many bytes */
    double read(JsonNode fields) throws UnacceptableSubmission {
        byte[] bytes = decoded(fields.at(at));
        if (bytes == null || bytes.length < offset + kind.length) {
            throw new UnacceptableSubmission(
                    at.toString(), "base64 of at least " + (offset + kind.length) + " bytes, for " + kind.key());
        }
        double raw = kind.read(ByteBuffer.wrap(bytes), offset);
        if (bit != null) {
            raw = ((long) raw >> bit) & 1;
        }
        return raw * times + plus;
    }

    private static byte @Nullable [] decoded(JsonNode node) {
        if (!node.isTextual() || node.asText().length() > MAX_TEXT) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(node.asText());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
