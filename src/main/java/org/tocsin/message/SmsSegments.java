package org.tocsin.message;

import java.util.ArrayList;
import java.util.List;

/**
 * A text as SMS (3GPP TS 23.038 and 23.040): GSM-7 where every character is in the alphabet, else UCS-2. One segment
 * holds 160 septets or 70 units; each of several holds 153 or 67, the rest being the header that joins them. Neither an
 * escape pair nor a surrogate pair is split between segments.
 *
 * @param units septets (escapes counted), or UTF-16 units
 * @param parts the text of each segment, in order; at least one
 */
public record SmsSegments(boolean gsm7, int units, List<String> parts) {

    public SmsSegments {
        parts = List.copyOf(parts);
    }

    public static SmsSegments of(String text) {
        boolean gsm7 = Gsm7.covers(text);
        int units = 0;
        for (int i = 0; i < text.length(); i++) {
            units += gsm7 ? Gsm7.septets(text.charAt(i)) : 1;
        }
        if (units <= (gsm7 ? 160 : 70)) {
            return new SmsSegments(gsm7, units, List.of(text));
        }
        return new SmsSegments(gsm7, units, split(text, gsm7, gsm7 ? 153 : 67));
    }

    private static List<String> split(String text, boolean gsm7, int capacity) {
        var parts = new ArrayList<String>();
        int start = 0;
        int used = 0;
        for (int i = 0; i < text.length(); ) {
            int chars = Character.charCount(text.codePointAt(i));
            int cost = gsm7 ? Gsm7.septets(text.charAt(i)) : chars;
            if (used + cost > capacity) {
                parts.add(text.substring(start, i));
                start = i;
                used = 0;
            }
            used += cost;
            i += chars;
        }
        parts.add(text.substring(start));
        return parts;
    }

    public int segments() {
        return parts.size();
    }

    /** No text: it may be logged. */
    @Override
    public String toString() {
        return segments() + " segments, " + units + (gsm7 ? " septets GSM-7" : " units UCS-2");
    }
}
