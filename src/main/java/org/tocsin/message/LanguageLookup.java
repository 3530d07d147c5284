package org.tocsin.message;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** RFC 4647, 3.4 (lookup), with one step more: who asks for {@code pt} is better served with {@code pt-BR} than not. */
final class LanguageLookup {
    private LanguageLookup() {}

    /** The best of {@code available} (spelled as there), or null when none has anything to do with {@code wanted}. */
    static @Nullable String find(@Nullable String wanted, Collection<String> available) {
        if (wanted == null) {
            return null;
        }
        String range = wanted.strip().replace('_', '-');
        for (String shorter = range; !shorter.isEmpty(); shorter = truncate(shorter)) {
            for (String tag : available) {
                if (tag.equalsIgnoreCase(shorter)) {
                    return tag;
                }
            }
        }
        return range.isEmpty() ? null : narrower(range, available);
    }

    private static @Nullable String narrower(String range, Collection<String> available) {
        for (String shorter = range; !shorter.isEmpty(); shorter = truncate(shorter)) {
            String prefix = shorter + "-";
            for (String tag : available) {
                if (tag.regionMatches(true, 0, prefix, 0, prefix.length())) {
                    return tag;
                }
            }
        }
        return null;
    }

    /** Drops the last subtag, and with it a single-letter one that would then be the last ({@code zh-x-a} → zh). */
    private static String truncate(String range) {
        int end = range.lastIndexOf('-');
        if (end > 1 && range.charAt(end - 2) == '-') {
            end -= 2;
        }
        return end < 0 ? "" : range.substring(0, end);
    }
}
