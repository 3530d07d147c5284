package org.tocsin.intake;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tocsin.alert.Alert;

/**
 * Finds alerts that say Actual and mean it not: on 2018-02-06 a test went out as a real tsunami warning. In capitals
 * anywhere, in any letters at the beginning; "Water test shows lead" is no test.
 */
final class TestMarks {
    private static final String WORDS = "(TEST|EXERCISE|EXERCICE|DRILL|ESSAI)";
    private static final Pattern CAPITALS = Pattern.compile("(?<![\\p{L}\\d])" + WORDS + "(?![\\p{L}\\d])");
    private static final Pattern FIRST =
            Pattern.compile("^[^\\p{L}\\d]*" + WORDS + "(?![\\p{L}\\d])", Pattern.CASE_INSENSITIVE);

    private TestMarks() {}

    static boolean in(Alert alert) {
        return alert.infos().stream()
                .flatMap(info -> Stream.of(info.event(), info.headline()))
                .filter(Objects::nonNull)
                .anyMatch(text ->
                        CAPITALS.matcher(text).find() || FIRST.matcher(text).find());
    }
}
