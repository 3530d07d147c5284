package org.tocsin.message;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The form of an approved WhatsApp template: parameters, not text. */
final class WhatsAppRendering {
    /** The Cloud API refuses an empty parameter (131008). */
    private static final String NOTHING = "-";

    private WhatsAppRendering() {}

    static Rendered.WhatsAppTemplate render(String version, FrozenMessage.Wording wording) {
        TemplateText.WhatsApp template = wording.template().whatsapp();
        List<Rendered.NamedText> parameters = parameters(template, wording);
        List<Rendered.QuickReply> replies = new ArrayList<>();
        for (TemplateText.Button button : template.buttons()) {
            replies.add(new Rendered.QuickReply(replies.size(), button.answer()));
        }
        var plain = new Rendered.WhatsAppTemplate(
                version,
                template.name(),
                template.language(),
                parameters,
                null,
                List.copyOf(replies),
                null,
                template.ttlSeconds(),
                List.of());
        List<Rendered.WhatsAppTemplate> shorter = template.shorter().stream()
                .sorted(Comparator.comparingInt(TemplateText.Shorter::ttlSeconds)
                        .reversed())
                .map(one -> like(plain, one.name(), plain.language(), null, null, one.ttlSeconds(), List.of()))
                .toList();
        TemplateText.Spare spare = template.spare();
        var second = spare == null ? null : like(plain, spare.name(), spare.language(), null, null);
        TemplateText.Header header = template.header();
        if (header == null || wording.image() == null) {
            return like(plain, plain.name(), plain.language(), null, second, plain.ttlSeconds(), shorter);
        }
        // Whatever is wrong with the image form, the plain form needs no image.
        return like(
                plain,
                header.name(),
                plain.language(),
                new Rendered.MediaHeader(header.type(), wording.image()),
                plain,
                plain.ttlSeconds(),
                shorter);
    }

    private static Rendered.WhatsAppTemplate like(
            Rendered.WhatsAppTemplate plain,
            String name,
            String language,
            Rendered.@Nullable MediaHeader header,
            Rendered.@Nullable WhatsAppTemplate spare) {
        return like(plain, name, language, header, spare, plain.ttlSeconds(), List.of());
    }

    private static Rendered.WhatsAppTemplate like(
            Rendered.WhatsAppTemplate plain,
            String name,
            String language,
            Rendered.@Nullable MediaHeader header,
            Rendered.@Nullable WhatsAppTemplate spare,
            int ttlSeconds,
            List<Rendered.WhatsAppTemplate> shorter) {
        return new Rendered.WhatsAppTemplate(
                plain.version(),
                name,
                language,
                plain.bodyParameters(),
                header,
                plain.quickReplies(),
                spare,
                ttlSeconds,
                shorter);
    }

    private static List<Rendered.NamedText> parameters(TemplateText.WhatsApp template, FrozenMessage.Wording wording) {
        var used = Placeholders.variables(template.body());
        var values = new EnumMap<Variable, String>(Variable.class);
        wording.facts().forEach((variable, value) -> {
            if (used.contains(variable)) {
                values.put(variable, PlainText.oneLine(value));
            }
        });
        Variable first = used.iterator().next();
        Map<Variable, String> fitted = Fitting.fit(
                values, shortened -> length(template, wording.prefix(), shortened) <= TemplateFile.MAX_BODY, "…");
        return used.stream()
                .map(variable -> new Rendered.NamedText(
                        variable.word(), (variable == first ? wording.prefix() : "") + shown(fitted, variable)))
                .toList();
    }

    private static int length(TemplateText.WhatsApp template, String prefix, Map<Variable, String> values) {
        // The first parameter may stand several times in the body, each time with the prefix.
        return Placeholders.fill(template.body(), v -> prefix + shown(values, v))
                .length();
    }

    private static String shown(Map<Variable, String> values, Variable variable) {
        String value = values.getOrDefault(variable, "");
        return value.isBlank() ? NOTHING : value;
    }
}
