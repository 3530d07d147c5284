package org.tocsin.message;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Info;
import org.tocsin.alert.Status;

/** The templates of {@code config/templates}, validated and immutable. */
public final class Templates {

    /** @param version {@code name@} and the first 8 hex digits of the SHA-256 over what {@code sha256sum *.yaml} prints */
    record Template(String name, String version, Map<String, TemplateText> languages) {}

    private final TemplateIndex index;
    private final Map<String, Template> templates;
    private final Map<String, ApprovedTemplate> approved;
    private final ZoneId zone;

    private Templates(
            TemplateIndex index, Map<String, Template> templates, Map<String, ApprovedTemplate> approved, ZoneId zone) {
        this.index = index;
        this.templates = templates;
        this.approved = approved;
        this.zone = zone;
    }

    /**
     * @param dir holds {@code index.yaml} and one folder per template
     * @param zone in which people are told times
     * @throws TemplateProblem at the first thing that is wrong
     */
    public static Templates load(Path dir, ZoneId zone) {
        var folder = new TemplateFolder(dir);
        TemplateIndex index = TemplateIndex.read(folder.nameOf(TemplateIndex.FILE), folder.index());
        var templates = new TreeMap<String, Template>();
        var approved = new LinkedHashMap<String, ApprovedTemplate>();
        folder.templates()
                .forEach((name, files) -> templates.put(name, template(folder, index, name, files, approved)));
        requireTemplates(index, templates.keySet(), folder.nameOf(TemplateIndex.FILE));
        return new Templates(index, templates, approved, zone);
    }

    private static Template template(
            TemplateFolder folder,
            TemplateIndex index,
            String name,
            Map<String, byte[]> files,
            Map<String, ApprovedTemplate> approved) {
        var languages = new TreeMap<String, TemplateText>();
        var digests = new StringBuilder();
        files.forEach((language, content) -> {
            String file = folder.nameOf(name, language);
            TemplateText text = TemplateFile.read(file, content, index.maxSegments());
            requireWords(index, file, language);
            languages.put(language, text);
            register(approved, text.whatsapp(), file);
            digests.append(hex(content)).append("  ").append(language).append(".yaml\n");
        });
        if (!languages.containsKey(index.language())) {
            throw new TemplateProblem(
                    folder.nameOf(name),
                    "",
                    "has no " + index.language() + ".yaml, the default language",
                    "add it, or change \"language\" in " + TemplateIndex.FILE);
        }
        String version = name + "@"
                + hex(digests.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 8);
        return new Template(name, version, languages);
    }

    private static String hex(byte[] content) {
        return HexFormat.of().formatHex(VerificationCode.sha256(content));
    }

    private static void requireWords(TemplateIndex index, String file, String language) {
        if (!index.languages().containsKey(language)) {
            throw new TemplateProblem(
                    file, "", "is in a language without words", "add it to \"languages\" in " + TemplateIndex.FILE);
        }
    }

    private static void requireTemplates(TemplateIndex index, Set<String> names, String file) {
        requireTemplate(index.defaultTemplate(), names, file, "default");
        requireTemplate(index.cancelTemplate(), names, file, "cancel");
        for (int i = 0; i < index.rules().size(); i++) {
            requireTemplate(index.rules().get(i).template(), names, file, "rules[" + i + "].template");
        }
    }

    private static void requireTemplate(String template, Set<String> names, String file, String key) {
        if (!names.contains(template)) {
            throw new TemplateProblem(file, key, "names a template without folder", "use one of " + names);
        }
    }

    private static void register(Map<String, ApprovedTemplate> approved, TemplateText.WhatsApp text, String file) {
        register(approved, text, text.name(), text.language(), null, file + ": whatsapp.name");
        for (TemplateText.Shorter shorter : text.shorter()) {
            register(
                    approved,
                    text,
                    shorter.name(),
                    text.language(),
                    shorter.ttlSeconds(),
                    null,
                    file + ": whatsapp.shorter");
        }
        if (text.spare() != null) {
            register(approved, text, text.spare().name(), text.spare().language(), null, file + ": whatsapp.spare");
        }
        if (text.header() != null) {
            String type = text.header().type();
            register(approved, text, text.header().name(), text.language(), type, file + ": whatsapp.header");
        }
    }

    private static void register(
            Map<String, ApprovedTemplate> approved,
            TemplateText.WhatsApp text,
            String name,
            String language,
            @Nullable String headerType,
            String where) {
        register(approved, text, name, language, text.ttlSeconds(), headerType, where);
    }

    private static void register(
            Map<String, ApprovedTemplate> approved,
            TemplateText.WhatsApp text,
            String name,
            String language,
            int ttlSeconds,
            @Nullable String headerType,
            String where) {
        var template = new ApprovedTemplate(
                name,
                language,
                text.category(),
                ttlSeconds,
                headerType,
                text.body(),
                text.parameters(),
                text.buttons());
        ApprovedTemplate other = approved.putIfAbsent(name + "/" + language, template);
        if (other != null && !other.equals(template)) {
            String[] parts = where.split(": ", 2);
            throw new TemplateProblem(
                    parts[0], parts[1], "names " + name + " (" + language + "), which another text uses", "rename it");
        }
    }

    /** Chooses the template by {@code index.yaml} and fixes what the alert says. Never fails, whatever the alert holds. */
    public FrozenMessage freeze(Alert alert) {
        Info spoken = Facts.infoFor(index.language(), index.language(), alert.infos());
        return freeze(alert, index.templateFor(spoken));
    }

    /** @param end until when it is valid, said where an info does not say so itself */
    public FrozenMessage freeze(Alert alert, Instant end) {
        FrozenMessage message = freeze(alert);
        var wordings = new TreeMap<String, FrozenMessage.Wording>();
        message.languages().forEach((language, wording) -> {
            var values = new TreeMap<>(wording.values());
            values.computeIfPresent(
                    Variable.EXPIRES.word(),
                    (word, said) -> said.isEmpty()
                            ? Facts.time(
                                    end.atOffset(ZoneOffset.UTC),
                                    index.languages().get(language).time(),
                                    zone)
                            : said);
            wordings.put(
                    language, new FrozenMessage.Wording(wording.template(), values, wording.prefix(), wording.image()));
        });
        return new FrozenMessage(message.version(), message.defaultLanguage(), wordings);
    }

    /**
     * @param template for what the hub itself says: {@code duty-notice}
     * @throws IllegalArgumentException when there is none of that name; see {@link #names}
     */
    public FrozenMessage freeze(Alert alert, String template) {
        Template chosen = templates.get(template);
        if (chosen == null) {
            throw new IllegalArgumentException("config/templates has no folder " + template);
        }
        var wordings = new TreeMap<String, FrozenMessage.Wording>();
        chosen.languages().forEach((language, text) -> {
            Info info = Facts.infoFor(language, index.language(), alert.infos());
            TemplateIndex.Words words = index.languages().get(language);
            String prefix = alert.status() == Status.Exercise ? words.exercise() + " - " : "";
            Map<String, String> values = Facts.of(alert, info, words, zone, text.whenEmpty());
            wordings.put(language, new FrozenMessage.Wording(text, values, prefix, Facts.image(info)));
        });
        return new FrozenMessage(chosen.version(), index.language(), wordings);
    }

    /**
     * What the Cancel of that alert says, in every language; never fails, whatever the alert holds.
     *
     * @param cancel the Cancel itself, or null while it is only prepared
     */
    public FrozenMessage freezeCancel(Alert original, @Nullable Alert cancel) {
        return freeze(Withdrawal.of(original, cancel, index.language()), index.cancelTemplate());
    }

    public Set<String> names() {
        return Set.copyOf(templates.keySet());
    }

    /**
     * The template, of those of one language, whose shortest time to live is the longest: what ends sooner never goes by
     * WhatsApp in it.
     *
     * @return {@code flood/en} and seconds
     */
    public Map.Entry<String, Integer> longestLeast() {
        var least = new TreeMap<String, Integer>();
        templates.forEach((name, template) -> template.languages()
                .forEach((language, text) -> least.put(name + "/" + language, TemplateLint.leastTtl(text.whatsapp()))));
        return java.util.Collections.max(least.entrySet(), Map.Entry.comparingByValue());
    }

    /** Everything that must be approved at Meta. */
    public List<ApprovedTemplate> approved() {
        return List.copyOf(approved.values());
    }

    /** What works, and should be better; each template is tried with an alert of usual length. */
    public List<LintProblem> lint() {
        var problems = new ArrayList<LintProblem>();
        templates.values().forEach(template -> {
            problems.addAll(TemplateLint.lint(template, index.languages().keySet()));
            problems.addAll(freeze(TemplateLint.sample(), template.name()).lint());
        });
        return List.copyOf(problems);
    }
}
