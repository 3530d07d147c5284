package org.tocsin.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks for canaries: words that occur nowhere by chance, by what they stand for. */
public final class CanarySearch {
    private CanarySearch() {}

    /** They themselves, and what they look like as hex and within a base64 text. */
    public static Map<String, String> encoded(Map<String, String> plain) {
        Map<String, String> forms = new TreeMap<>(plain);
        plain.forEach((what, canary) -> {
            byte[] bytes = canary.getBytes(StandardCharsets.UTF_8);
            forms.put(what + " as hex", HexFormat.of().formatHex(bytes));
            for (int shift = 0; shift < 3; shift++) {
                forms.put(what + " as base64, shifted by " + shift, base64(bytes, shift));
            }
        });
        return forms;
    }

    /** The characters that stand for these bytes wherever they are in a base64 text. */
    private static String base64(byte[] bytes, int shift) {
        byte[] shifted = new byte[shift + bytes.length];
        System.arraycopy(bytes, 0, shifted, shift, bytes.length);
        String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
        return text.substring(shift == 0 ? 0 : shift + 1, shifted.length / 3 * 4);
    }

    /** What was found, without quoting it: this goes into the tests' report. */
    public static List<String> violations(List<String> lines, Map<String, String> canaries) {
        List<String> found = new ArrayList<>();
        for (String line : lines) {
            String low = line.toLowerCase(Locale.ROOT);
            canaries.forEach((what, canary) -> {
                int at = low.indexOf(canary.toLowerCase(Locale.ROOT));
                if (at >= 0) {
                    found.add(what + " after: " + line.substring(Math.max(0, at - 120), at));
                }
            });
        }
        return found.stream().distinct().limit(40).toList();
    }

    /** The same of what has only its form in common. */
    public static List<String> shapes(Stream<String> lines, Map<String, Pattern> shapes) {
        return lines.flatMap(line -> shapes.entrySet().stream()
                        .map(shape -> Map.entry(shape.getKey(), shape.getValue().matcher(line)))
                        .filter(shape -> shape.getValue().find())
                        .map(shape -> {
                            int at = shape.getValue().start();
                            return shape.getKey() + " after: " + line.substring(Math.max(0, at - 120), at);
                        }))
                .distinct()
                .limit(40)
                .toList();
    }
}
