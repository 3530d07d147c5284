package org.tocsin.message;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The e-mail form: subject, text, and a complete page of HTML around what the template has for its body. */
final class EmailRendering {
    private static final int MAX_SUBJECT = 200;
    private static final Set<String> RIGHT_TO_LEFT = Set.of("ar", "ckb", "fa", "he", "ps", "ur", "yi");

    private EmailRendering() {}

    static Rendered.EmailMessage render(String version, String language, FrozenMessage.Wording wording) {
        TemplateText.Email email = wording.template().email();
        Map<Variable, String> values = wording.facts();
        String prefix = wording.prefix();
        String subject =
                prefix + Placeholders.fill(email.subject(), v -> PlainText.oneLine(values.getOrDefault(v, "")));
        subject = PlainText.cut(subject.strip(), MAX_SUBJECT, "…");
        String text = prefix + Placeholders.fillLines(email.text(), v -> values.getOrDefault(v, ""));
        String body = Placeholders.fillLines(email.html(), v -> PlainText.html(values.getOrDefault(v, "")));
        return new Rendered.EmailMessage(
                version,
                subject,
                Placeholders.withLink(Placeholders.withoutForgedLink(text)),
                Placeholders.withLink(page(language, subject, prefix, body)));
    }

    private static String page(String language, String subject, String prefix, String body) {
        String direction =
                RIGHT_TO_LEFT.contains(Locale.forLanguageTag(language).getLanguage()) ? " dir=\"rtl\"" : "";
        String mark = prefix.isEmpty() ? "" : "<p><strong>" + PlainText.html(prefix.strip()) + "</strong></p>\n";
        return "<!DOCTYPE html>\n<html lang=\"" + PlainText.html(language) + "\"" + direction + ">\n"
                + "<head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<title>" + PlainText.html(subject) + "</title></head>\n"
                + "<body>\n" + mark + body + "\n</body>\n</html>\n";
    }
}
