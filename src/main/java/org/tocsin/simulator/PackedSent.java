package org.tocsin.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A journal entry as one array: a hundred thousand of them are a hundred thousand objects, not two million. */
final class PackedSent {

    private byte[] bytes = new byte[512];
    private int at;

    private PackedSent() {}

    static byte[] pack(Sent sent) {
        PackedSent packed = new PackedSent();
        packed.bytes[packed.at++] = (byte) ((sent.acceptedByProvider() ? 1 : 0) | (sent.onPhone() ? 2 : 0));
        packed.whole(sent.at().getEpochSecond());
        packed.whole(sent.at().getNano());
        packed.text(sent.to());
        packed.text(sent.channel());
        packed.text(sent.sender());
        packed.text(sent.kind());
        packed.text(sent.providerId());
        packed.text(sent.callbackKey());
        packed.text(sent.afterFault());
        packed.whole(sent.params().size());
        sent.params().forEach((name, value) -> {
            packed.text(name);
            packed.text(value);
        });
        packed.whole(sent.buttons().size());
        sent.buttons().forEach(packed::text);
        // For a template the text is its parameters, which are there already.
        packed.text(sent.text().equals(joined(sent.params())) ? null : sent.text());
        return Arrays.copyOf(packed.bytes, packed.at);
    }

    static String joined(Map<String, String> params) {
        return String.join(" | ", params.values());
    }

    /** Without the rest of the entry. */
    static String recipient(byte[] entry) {
        PackedSent packed = new PackedSent();
        packed.bytes = entry;
        packed.at = 1;
        packed.whole();
        packed.whole();
        return packed.textOr("");
    }

    static Sent unpack(byte[] entry) {
        PackedSent packed = new PackedSent();
        packed.bytes = entry;
        int flags = entry[packed.at++];
        Instant at = Instant.ofEpochSecond(packed.whole(), packed.whole());
        String to = packed.textOr("");
        String channel = packed.textOr("");
        String sender = packed.text();
        String kind = packed.textOr("");
        String providerId = packed.text();
        String callbackKey = packed.text();
        String afterFault = packed.text();
        Map<String, String> params = new LinkedHashMap<>();
        for (long left = packed.whole(); left > 0; left--) {
            params.put(packed.textOr(""), packed.textOr(""));
        }
        List<String> buttons = new ArrayList<>();
        for (long left = packed.whole(); left > 0; left--) {
            buttons.add(packed.textOr(""));
        }
        String text = packed.textOr(joined(params));
        return new Sent(
                channel,
                sender,
                to,
                kind,
                providerId,
                callbackKey,
                text,
                params,
                List.copyOf(buttons),
                at,
                (flags & 1) != 0,
                (flags & 2) != 0,
                afterFault);
    }

    /** Seven bits a byte, the lowest first. */
    private void whole(long value) {
        reserve(10);
        while ((value & ~0x7FL) != 0) {
            bytes[at++] = (byte) (value & 0x7F | 0x80);
            value >>>= 7;
        }
        bytes[at++] = (byte) value;
    }

    private long whole() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private void text(@Nullable String text) {
        if (text == null) {
            whole(0);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        whole(utf8.length + 1L);
        reserve(utf8.length);
        System.arraycopy(utf8, 0, bytes, at, utf8.length);
        at += utf8.length;
    }

    private @Nullable String text() {
        int length = (int) whole() - 1;
        if (length < 0) {
            return null;
        }
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    private String textOr(String otherwise) {
        String text = text();
        return text == null ? otherwise : text;
    }

    private void reserve(int more) {
        if (at + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(at + more, 2 * bytes.length));
        }
    }
}
