package org.tocsin.message;

/**
 * What a template, or an alert in its template, should better not do; it is sent all the same. Holds no message text.
 *
 * @param where template and language: {@code flood/fr}
 * @param key where in the file: {@code sms.text}
 * @param sentence what is wrong and what to do
 */
public record LintProblem(String where, String key, String sentence) {
    @Override
    public String toString() {
        return where + ": " + key + ": " + sentence;
    }
}
