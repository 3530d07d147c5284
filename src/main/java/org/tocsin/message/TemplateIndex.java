package org.tocsin.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Info;
import org.tocsin.alert.ResponseType;
import org.tocsin.alert.Severity;

/**
 * {@code config/templates/index.yaml}: which alert uses which template, and the words of each language.
 *
 * @param language the one that every template has, for people whose own has no file
 * @param cancelTemplate what a Cancel says
 */
record TemplateIndex(
        String language,
        String defaultTemplate,
        String cancelTemplate,
        int maxSegments,
        List<Rule> rules,
        Map<String, Words> languages) {

    static final String FILE = "index.yaml";
    static final int MOST_SEGMENTS = 10;

    /** The first rule that matches decides. No events: any event; no response: any. */
    record Rule(List<String> events, @Nullable ResponseType response, String template) {
        boolean matches(Info info) {
            return (events.isEmpty() || events.stream().anyMatch(info.event().strip()::equalsIgnoreCase))
                    && (response == null || info.responseTypes().contains(response));
        }
    }

    /** @param exercise stands before every text of an alert with status Exercise */
    record Words(String exercise, DateTimeFormatter time, Map<Severity, String> severity) {}

    static TemplateIndex read(String file, byte[] content) {
        YamlSection yaml = YamlSection.parse(file, content);
        String language = yaml.text("language");
        var index = new TemplateIndex(
                language,
                yaml.text("default"),
                yaml.text("cancel"),
                yaml.number("max-segments", 3, 1, MOST_SEGMENTS),
                rules(yaml),
                words(yaml));
        if (!index.languages.containsKey(language)) {
            throw yaml.problem("languages", "lacks the default language", "add it, or change \"language\"");
        }
        yaml.nothingElse();
        return index;
    }

    private static List<Rule> rules(YamlSection yaml) {
        var rules = new ArrayList<Rule>();
        for (YamlSection rule : yaml.sections("rules")) {
            List<String> events = rule.list("event");
            ResponseType response =
                    rule.has("response") ? choice(rule, "response", rule.text("response"), ResponseType.class) : null;
            if (events.isEmpty() && response == null) {
                throw rule.problem("", "matches every alert", "give it an event or a response, or use \"default\"");
            }
            rules.add(new Rule(events, response, rule.text("template")));
            rule.nothingElse();
        }
        return List.copyOf(rules);
    }

    private static Map<String, Words> words(YamlSection yaml) {
        YamlSection languages = yaml.section("languages");
        var words = new TreeMap<String, Words>();
        for (String tag : languages.keys()) {
            YamlSection section = languages.section(tag);
            checkTag(section, tag);
            words.put(
                    tag,
                    new Words(
                            word(section, "exercise", section.text("exercise")),
                            time(section, tag),
                            severities(section.section("severity"))));
            section.nothingElse();
        }
        return words;
    }

    private static void checkTag(YamlSection section, String tag) {
        if (!isCanonical(tag)) {
            throw section.problem("", "is not a BCP 47 language in its usual spelling", "write it like en or pt-BR");
        }
    }

    /** {@code en}, {@code pt-BR}; not {@code EN}, {@code pt_BR}. */
    static boolean isCanonical(String tag) {
        try {
            return new Locale.Builder()
                    .setLanguageTag(tag)
                    .build()
                    .toLanguageTag()
                    .equals(tag);
        } catch (IllformedLocaleException e) {
            return false;
        }
    }

    private static DateTimeFormatter time(YamlSection section, String tag) {
        String pattern = section.text("time");
        try {
            var format = DateTimeFormatter.ofPattern(pattern, Locale.forLanguageTag(tag));
            format.format(Instant.EPOCH.atZone(ZoneOffset.UTC));
            return format;
        } catch (IllegalArgumentException | DateTimeException e) {
            throw section.problem("time", "is not a pattern of java.time", "write one such as \"d MMM uuuu HH:mm\"");
        }
    }

    private static Map<Severity, String> severities(YamlSection section) {
        var severities = new EnumMap<Severity, String>(Severity.class);
        for (Severity severity : Severity.values()) {
            severities.put(severity, word(section, severity.name(), section.text(severity.name())));
        }
        section.nothingElse();
        return severities;
    }

    private static String word(YamlSection section, String key, String word) {
        if (word.length() > 40 || word.contains("\n")) {
            throw section.problem(key, "is longer than 40 characters or a line", "write a word or two");
        }
        return word;
    }

    private static <E extends Enum<E>> E choice(YamlSection section, String key, String word, Class<E> type) {
        var choices = new LinkedHashMap<String, E>();
        for (E constant : type.getEnumConstants()) {
            choices.put(constant.name(), constant);
        }
        E choice = choices.get(word);
        if (choice == null) {
            throw section.problem(key, "is not a word of CAP 1.2", "use one of " + choices.keySet());
        }
        return choice;
    }

    /** @param info the one that speaks for the alert, or null where it has none */
    String templateFor(@Nullable Info info) {
        if (info == null) {
            return defaultTemplate;
        }
        return rules.stream()
                .filter(rule -> rule.matches(info))
                .map(Rule::template)
                .findFirst()
                .orElse(defaultTemplate);
    }
}
