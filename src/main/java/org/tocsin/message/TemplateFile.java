package org.tocsin.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one {@code <language>.yaml}. */
final class TemplateFile {
    /** The names of {@code org.tocsin.delivery.Answer}; written again, since that package knows this one. */
    static final List<String> ANSWERS = List.of("ACKNOWLEDGED", "SAFE", "NEED_HELP", "UNAVAILABLE", "ON_MY_WAY");

    /** WhatsApp Business Platform, template components: the body's limit, parameters replaced. */
    static final int MAX_BODY = 1024;

    /** Bounds of {@code message_send_ttl_seconds} of a UTILITY template. */
    private static final int LEAST_TTL = 30;

    private static final int MOST_TTL = 43_200;

    private static final String NAME = "[a-z0-9_]{1,512}";
    private static final String NAME_FORM = "a template name at Meta ([a-z0-9_])";
    private static final String LOCALE = "[a-z]{2,3}(_[A-Z]{2,4})?";
    private static final String LOCALE_FORM = "a language of Meta's list, such as fr or en_US";

    /** An open tag up to a placeholder that may not stand in one. */
    private static final Pattern IN_TAG = Pattern.compile("<[^>]*\\{\\{(?!web}}|acknowledge-link}})[a-z-]+}}");

    private static final Pattern DOCUMENT = Pattern.compile("(?i)<(html|head|body|script|style|iframe|object)\\b");

    private TemplateFile() {}

    static TemplateText read(String file, byte[] content, int maxSegments) {
        YamlSection root = YamlSection.parse(file, content);
        var text = new TemplateText(
                whatsapp(root.section("whatsapp")),
                sms(root.section("sms"), maxSegments),
                email(root.section("email")),
                whenEmpty(root));
        root.nothingElse();
        return text;
    }

    private static TemplateText.WhatsApp whatsapp(YamlSection yaml) {
        String body = templated(yaml, "body", false);
        if (Placeholders.variables(body).isEmpty()) {
            throw yaml.problem("body", "has no parameter", "add one, such as {{headline}}");
        }
        int fixed = Placeholders.fill(body, v -> "-").length();
        if (fixed > MAX_BODY / 2) {
            throw yaml.problem("body", "has " + fixed + " characters of its own", "leave half of 1024 to the alert");
        }
        int ttl = yaml.number("ttl-seconds", 3600, LEAST_TTL, MOST_TTL);
        var whatsapp = new TemplateText.WhatsApp(
                yaml.word("name", NAME, NAME_FORM),
                yaml.word("language", LOCALE, LOCALE_FORM),
                yaml.word("category", "UTILITY", "UTILITY (alerts of another category are capped)"),
                ttl,
                shorter(yaml, ttl),
                spare(yaml),
                header(yaml),
                body,
                buttons(yaml));
        yaml.nothingElse();
        return whatsapp;
    }

    private static List<TemplateText.Shorter> shorter(YamlSection yaml, int ttl) {
        var all = new ArrayList<TemplateText.Shorter>();
        for (YamlSection section : yaml.sections("shorter")) {
            var one = new TemplateText.Shorter(
                    section.word("name", NAME, NAME_FORM), section.number("ttl-seconds", 300, LEAST_TTL, MOST_TTL));
            if (one.ttlSeconds() >= ttl) {
                throw section.problem(
                        "ttl-seconds", "is not shorter than that of the template", "write less than " + ttl);
            }
            section.nothingElse();
            all.add(one);
        }
        return all;
    }

    private static TemplateText.@Nullable Spare spare(YamlSection yaml) {
        if (!yaml.has("spare")) {
            return null;
        }
        YamlSection spare = yaml.section("spare");
        var read = new TemplateText.Spare(
                spare.word("name", NAME, NAME_FORM), spare.word("language", LOCALE, LOCALE_FORM));
        spare.nothingElse();
        return read;
    }

    private static TemplateText.@Nullable Header header(YamlSection yaml) {
        if (!yaml.has("header")) {
            return null;
        }
        YamlSection header = yaml.section("header");
        header.word("from", "resource", "resource (the alert's own image)");
        var read = new TemplateText.Header(header.word("type", "image", "image"), header.word("name", NAME, NAME_FORM));
        header.nothingElse();
        return read;
    }

    private static List<TemplateText.Button> buttons(YamlSection yaml) {
        var buttons = new ArrayList<TemplateText.Button>();
        for (Map.Entry<String, String> button : yaml.texts("buttons").entrySet()) {
            String key = "buttons." + button.getKey();
            if (!ANSWERS.contains(button.getKey())) {
                throw yaml.problem(key, "is not an answer", "use one of " + ANSWERS);
            }
            if (button.getValue().length() > 25) {
                throw yaml.problem(key, "is longer than 25 characters", "shorten the label");
            }
            buttons.add(new TemplateText.Button(button.getKey(), button.getValue()));
        }
        return buttons;
    }

    private static TemplateText.Sms sms(YamlSection yaml, int maxSegments) {
        String gsm7 = yaml.textOrNull("gsm7");
        if (gsm7 != null && !gsm7.equals("transliterate") && !gsm7.equals("keep")) {
            throw yaml.problem("gsm7", "is neither transliterate nor keep", "write one of the two");
        }
        var sms = new TemplateText.Sms(
                templated(yaml, "text", true),
                "transliterate".equals(gsm7),
                yaml.number("max-segments", maxSegments, 1, TemplateIndex.MOST_SEGMENTS));
        int least = SmsRendering.leastSegments(sms);
        if (least > sms.maxSegments()) {
            throw yaml.problem(
                    "text",
                    "takes " + least + " segments before the alert says a word, of " + sms.maxSegments(),
                    "shorten it, or raise max-segments");
        }
        yaml.nothingElse();
        return sms;
    }

    private static TemplateText.Email email(YamlSection yaml) {
        var email = new TemplateText.Email(
                templated(yaml, "subject", false), templated(yaml, "text", true), templated(yaml, "html", true));
        if (email.subject().contains("\n")) {
            throw yaml.problem("subject", "has more than one line", "write it on one");
        }
        if (DOCUMENT.matcher(email.html()).find()) {
            throw yaml.problem("html", "holds html, head, body, script or the like", "write only what body contains");
        }
        var inTag = IN_TAG.matcher(email.html());
        if (inTag.find()) {
            throw yaml.problem(
                    "html",
                    "has a placeholder inside a tag",
                    "put it between tags; only {{web}} and {{acknowledge-link}} may be an attribute's value");
        }
        yaml.nothingElse();
        return email;
    }

    private static Map<String, String> whenEmpty(YamlSection root) {
        Map<String, String> texts = root.texts("when-empty");
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            String key = "when-empty." + entry.getKey();
            if (Variable.of(entry.getKey()).isEmpty()) {
                throw root.problem(key, "is not a variable", "use one of " + Variable.choices());
            }
            if (entry.getValue().length() > 160 || !entry.getValue().equals(PlainText.clean(entry.getValue(), 160))) {
                throw root.problem(key, "is too long or not plain", "write one plain sentence of up to 160 characters");
            }
        }
        return texts;
    }

    private static String templated(YamlSection yaml, String key, boolean linkAllowed) {
        String text = yaml.text(key);
        String unknown = Placeholders.unknown(text, linkAllowed);
        if (unknown != null) {
            throw yaml.problem(
                    key,
                    "the placeholder \"" + unknown.replace('\n', ' ') + "\" is unknown",
                    "use one of " + Variable.choices() + (linkAllowed ? " or {{acknowledge-link}}" : ""));
        }
        return text;
    }
}
