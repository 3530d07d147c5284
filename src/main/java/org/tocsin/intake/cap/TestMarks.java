package org.tocsin.intake.cap;

import java.text.Normalizer;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Status;

/**
 * Finds alerts that say Actual and mean it not: on 2018-02-06 a test went out as a real tsunami warning. In capitals
 * anywhere, in any letters at the beginning; "Water test shows lead" is no test.
 */
public final class TestMarks {
    /** In scripts with capitals, as they are written at the head of tests in many countries. */
    private static final String WORDS = "(TEST|EXERCISE|EXERCICE|DRILL|ESSAI|SIMULATION" // en, fr, nl, sv, pl
            + "|PROBEALARM|PROBEWARNUNG|TESTALARM|TESTWARNUNG|ÜBUNG|UEBUNG" // de
            + "|PRUEBA|SIMULACRO|EJERCICIO|TESTE|SIMULADO|EXERCÍCIO|EXERCICIO" // es, pt
            + "|PROVA|ESERCITAZIONE|OEFENING|ØVELSE|ÖVNING|HARJOITUS|TESTI" // it, nl, da, no, sv, fi
            + "|ĆWICZENIA|ĆWICZENIE|CVIČENÍ|ZKOUŠKA|GYAKORLAT|TATBİKAT|TATBIKAT" // pl, cs, hu, tr
            + "|ΑΣΚΗΣΗ|ΔΟΚΙΜΗ|УЧЕНИЯ|УЧЕНИЕ|ТРЕНИРОВКА|ТЕСТ|НАВЧАННЯ)"; // el, ru, uk

    /** In scripts without: only at the head or in brackets, since they may be part of another word. */
    private static final String UNCASED =
            "(تجربة|تمرين|اختبار|תרגיל|בדיקה|訓練|テスト|試験放送|演习|演習|演練|测试|測試|훈련|परीक्षण|अभ्यास|ทดสอบ)";

    private static final int ANY_CASE = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    private static final Pattern CAPITALS = Pattern.compile("(?<![\\p{L}\\d])" + WORDS + "(?![\\p{L}\\d])");
    private static final Pattern FIRST =
            Pattern.compile("^[^\\p{L}\\d]*(" + WORDS + "(?![\\p{L}\\d])|" + UNCASED + ")", ANY_CASE);
    private static final Pattern BRACKETED =
            Pattern.compile("[\\[(【（「]\\s*(" + WORDS + "|" + UNCASED + ")\\s*[])】）」]", ANY_CASE);
    /** Of no width: they hide a word from a pattern, not from a reader. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cf}]");

    private TestMarks() {}

    /** Why a person should look before anybody is told, or null. */
    public static @Nullable String contradiction(Alert alert) {
        return alert.status() == Status.Actual && in(alert)
                ? "Its status is Actual, but its headline or event says that it is a test."
                : null;
    }

    private static boolean in(Alert alert) {
        return alert.infos().stream()
                .flatMap(info -> Stream.of(info.event(), info.headline()))
                .filter(Objects::nonNull)
                .map(text -> INVISIBLE
                        .matcher(Normalizer.normalize(text, Normalizer.Form.NFKC))
                        .replaceAll(""))
                .anyMatch(text -> CAPITALS.matcher(text).find()
                        || FIRST.matcher(text).find()
                        || BRACKETED.matcher(text).find());
    }
}
