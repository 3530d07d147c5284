package org.tocsin.alert;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Chooses the info for a language range: RFC 4647, 3.4 (lookup), tags compared without regard to case. */
final class LanguageLookup {
    private LanguageLookup() {}

    static @Nullable Info choose(List<Info> infos, String range) {
        String wanted = range;
        while (!wanted.isEmpty()) {
            String tag = wanted;
            Optional<Info> found = first(infos, info -> info.language().equalsIgnoreCase(tag));
            if (found.isPresent()) {
                return found.get();
            }
            wanted = truncated(wanted);
        }
        String primary = primary(range);
        return first(infos, info -> primary(info.language()).equalsIgnoreCase(primary))
                .orElse(infos.isEmpty() ? null : infos.get(0));
    }

    private static Optional<Info> first(List<Info> infos, Predicate<Info> which) {
        return infos.stream().filter(which).findFirst();
    }

    private static String primary(String tag) {
        int end = tag.indexOf('-');
        return end < 0 ? tag : tag.substring(0, end);
    }

    /** Without its last subtag, nor a single letter that would then be last (it only introduces others). */
    private static String truncated(String tag) {
        int end = tag.lastIndexOf('-');
        if (end > 1 && tag.charAt(end - 2) == '-') {
            end -= 2;
        }
        return end < 0 ? "" : tag.substring(0, end);
    }
}
