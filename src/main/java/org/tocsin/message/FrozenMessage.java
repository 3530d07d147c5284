package org.tocsin.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an alert says in every language and form, fixed when the alert was accepted: later changes of the template files
 * do not reach it, and rendering needs neither them nor the alert. Stored with the alert as JSON.
 *
 * @param version {@code flood@3f9a1c2b}
 * @param defaultLanguage for people whose own language is not among {@code languages}
 */
public record FrozenMessage(String version, String defaultLanguage, Map<String, Wording> languages) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * One language.
     *
     * @param values by variable, cleaned and bounded
     * @param prefix before every text: {@code "EXERCISE - "}, else empty
     * @param image the alert's own, https, or null
     */
    public record Wording(
            TemplateText template,
            Map<String, String> values,
            String prefix,
            @Nullable String image) {
        public Wording {
            values = Collections.unmodifiableMap(new TreeMap<>(values));
        }

        Map<Variable, String> facts() {
            var facts = new EnumMap<Variable, String>(Variable.class);
            values.forEach((word, value) -> Variable.of(word).ifPresent(variable -> facts.put(variable, value)));
            return facts;
        }

        @Override
        public String toString() {
            return "Wording[]";
        }
    }

    public FrozenMessage {
        languages = Collections.unmodifiableMap(new TreeMap<>(languages));
        if (!languages.containsKey(defaultLanguage)) {
            throw new IllegalArgumentException("a frozen message without its default language");
        }
    }

    /** The language that a person who wants {@code language} (BCP 47) is given. Few: a good key for a cache. */
    public String languageFor(@Nullable String language) {
        String found = LanguageLookup.find(language, languages.keySet());
        return found == null ? defaultLanguage : found;
    }

    /** @param channel {@code whatsapp} or {@code email}; every other gets the text of the SMS */
    public Rendered render(@Nullable String language, String channel) {
        String tag = languageFor(language);
        Wording wording = languages.get(tag);
        return switch (channel) {
            case "whatsapp" -> WhatsAppRendering.render(version, wording);
            case "email" -> EmailRendering.render(version, tag, wording);
            default -> SmsRendering.render(version, wording);
        };
    }

    /** What an operator should know before this alert goes out. */
    public List<LintProblem> lint() {
        return TemplateLint.lint(this);
    }

    public byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of text are always JSON", e);
        }
    }

    /** @throws IllegalArgumentException when the bytes are not what {@link #toJson} wrote */
    public static FrozenMessage fromJson(byte[] json) {
        try {
            FrozenMessage message = JSON.readValue(json, FrozenMessage.class);
            if (message == null) {
                throw new IllegalArgumentException("not a frozen message: null");
            }
            return message;
        } catch (IOException e) {
            // The cause may quote the message's text.
            throw new IllegalArgumentException(
                    "not a frozen message: " + e.getClass().getSimpleName());
        }
    }

    /** No text: it may be logged. */
    @Override
    public String toString() {
        return "FrozenMessage[" + version + ", " + languages.keySet() + "]";
    }
}
