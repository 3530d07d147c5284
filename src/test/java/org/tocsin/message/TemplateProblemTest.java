package org.tocsin.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mistake stops the start with one sentence: file, key, remedy. */
class TemplateProblemTest {
    private static final String INDEX = """
            language: en
            default: storm
            cancel: storm
            rules:
              - {event: Storm, response: Shelter, template: storm}
            languages:
              en:
                exercise: EXERCISE
                time: d MMM uuuu HH:mm
                severity: {Extreme: E, Severe: S, Moderate: M, Minor: N, Unknown: U}
            """;
    private static final String STORM = """
            when-empty: {area: your area}
            whatsapp:
              name: storm
              language: en
              category: UTILITY
              ttl-seconds: 600
              body: Storm in {{area}}. Code {{code}} is yours.
              buttons: {SAFE: I am safe}
            sms:
              gsm7: keep
              text: "{{severity}} storm: {{headline}} {{code}}"
            email:
              subject: Storm
              text: "{{description}}"
              html: <p>{{description}}</p>
            """;

    @TempDir
    Path dir;

    @BeforeEach
    void aFolderThatWorks() throws IOException {
        Files.createDirectory(dir.resolve("storm"));
        write("index.yaml", INDEX);
        write("storm/en.yaml", STORM);
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(dir.resolve(file), content);
    }

    private Templates load() {
        return Templates.load(dir, Alerts.PARIS);
    }

    private TemplateProblem problem() {
        TemplateProblem problem = catchThrowableOfType(TemplateProblem.class, this::load);
        assertThat(problem).as("the mistake was not seen").isNotNull();
        assertThat(problem.getMessage()).endsWith(".").doesNotContain("\n").contains(problem.remedy());
        return problem;
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                row(
                        "{{headline}}",
                        "{{heading}}",
                        "sms.text",
                        "the placeholder \"{{heading}}\" is unknown",
                        "{{event}}"),
                row("{{headline}}", "{{ headline }}", "sms.text", "\"{{ headline }}\"", "use one of"),
                row("{{headline}}", "{{headline}", "sms.text", "is unknown", "use one of"),
                row("{{headline}}", "{{sys:x}}", "sms.text", "\"{{sys:x}}\"", "use one of"),
                row("in {{area}}", "in {{acknowledge-link}}", "whatsapp.body", "is unknown", "use one of"),
                row("in {{area}}. Code {{code}}", "here, now", "whatsapp.body", "has no parameter", "{{headline}}"),
                row("is yours.", "is yours. " + "x".repeat(600), "whatsapp.body", "characters of its own", "1024"),
                row("name: storm", "name: Storm Alert", "whatsapp.name", "is not a template name", "[a-z0-9_]"),
                row("  name: storm\n", "", "whatsapp.name", "is missing", "add it"),
                row("language: en", "language: en-US", "whatsapp.language", "is not a language of Meta", "en_US"),
                row("UTILITY", "MARKETING", "whatsapp.category", "is not UTILITY", "capped"),
                row(
                        "600",
                        "600\n  shorter: [{name: storm_short, ttl-seconds: 600}]",
                        "whatsapp.shorter[0].ttl-seconds",
                        "is not shorter than that of the template",
                        "less than 600"),
                row(
                        "600",
                        "600\n  shorter: [{name: storm, ttl-seconds: 60}]",
                        "whatsapp.shorter",
                        "names storm (en), which another text uses",
                        "rename it"),
                row("600", "5", "whatsapp.ttl-seconds", "from 30 to 43200", "3600"),
                row("600", "soon", "whatsapp.ttl-seconds", "not a whole number", "3600"),
                row("{SAFE:", "{FINE:", "whatsapp.buttons.FINE", "is not an answer", "ACKNOWLEDGED"),
                row("I am safe", "x".repeat(26), "whatsapp.buttons.SAFE", "25 characters", "shorten"),
                row("ttl-seconds", "ttl", "whatsapp.ttl", "is not known here", "ttl-seconds"),
                row(
                        "  buttons",
                        "  header: {type: video, from: resource, name: x}\n  buttons",
                        "whatsapp.header.type",
                        "is not image",
                        "image"),
                row("keep", "drop", "sms.gsm7", "neither transliterate nor keep", "one of the two"),
                row("storm: ", "storm: " + "ж".repeat(300), "sms.text", "segments before the alert", "max-segments"),
                row("gsm7: keep", "gsm7: keep\n  max-segments: 99", "sms.max-segments", "from 1 to 10", "such as 3"),
                row("sms:", "text:", "sms", "is missing", "add it"),
                row("subject: Storm", "subject: ''", "email.subject", "is empty", "write the text"),
                row("subject: Storm", "subject: \"a\\nb\"", "email.subject", "more than one line", "on one"),
                row("subject: Storm", "subject: \"a\\e[0m\"", "email.subject", "control character", "remove"),
                row("subject: Storm", "subject: [a]", "email.subject", "is not a text", "one value"),
                row("<p>{{desc", "<p title=\"x {{event}}\">{{desc", "email.html", "inside a tag", "{{web}}"),
                row("<p>{{desc", "<script></script><p>{{desc", "email.html", "script", "only what body contains"),
                row("{area: your area}", "{place: here}", "when-empty.place", "is not a variable", "{{area}}"),
                row("{area: your area}", "[x]", "when-empty", "is not a mapping", "key: value"),
                row("when-empty", "whenempty", "whenempty", "is not known here", "when-empty"),
                row("sms:", "sms: {}\nsms:", "", "is not valid YAML at line", "no key comes twice"),
                row("when-empty: {", "when-empty: {{", "", "is not valid YAML", "check"));
    }

    private static Arguments row(String from, String to, String key, String says, String remedy) {
        return Arguments.of(from, to, key, says, remedy);
    }

    @ParameterizedTest(name = "{2}: {3}")
    @MethodSource("mistakes")
    void aMistakeInATemplateIsASentence(String from, String to, String key, String says, String remedy)
            throws IOException {
        assertThat(STORM).contains(from);
        write("storm/en.yaml", STORM.replaceFirst(java.util.regex.Pattern.quote(from), quoted(to)));
        TemplateProblem problem = problem();
        assertThat(problem.file()).endsWith("storm/en.yaml");
        assertThat(problem.key()).isEqualTo(key);
        assertThat(problem.getMessage()).startsWith(problem.file() + ": ").contains(says);
        assertThat(problem.remedy()).contains(remedy);
    }

    private static String quoted(String to) {
        return java.util.regex.Matcher.quoteReplacement(to);
    }

    static Stream<Arguments> mistakesInTheIndex() {
        return Stream.of(
                row("default: storm", "default: gale", "default", "names a template without folder", "[storm]"),
                row("cancel: storm", "cancel: gale", "cancel", "names a template without folder", "[storm]"),
                row("cancel: storm\n", "", "cancel", "is missing", "add it"),
                row("template: storm", "template: gale", "rules[0].template", "without folder", "[storm]"),
                row("event: Storm, response: Shelter, ", "", "rules[0]", "matches every alert", "default"),
                row("Shelter", "Hide", "rules[0].response", "is not a word of CAP 1.2", "Evacuate"),
                row("event: Storm", "event: {a: b}", "rules[0].event", "not a list of texts", "[first, second]"),
                row("event: Storm", "events: Storm", "rules[0].events", "is not known here", "event"),
                row("language: en", "language: fr", "languages", "lacks the default language", "add it"),
                row("  en:", "  EN:", "languages.EN", "is not a BCP 47 language", "pt-BR"),
                row("d MMM uuuu HH:mm", "d MMM bbb", "languages.en.time", "not a pattern of java.time", "HH:mm"),
                row("Minor: N, ", "", "languages.en.severity.Minor", "is missing", "add it"),
                row("exercise: EXERCISE", "exercise: " + "x".repeat(50), "languages.en.exercise", "longer", "word"),
                row("default: storm", "max-segments: 0\ndefault: storm", "max-segments", "from 1 to 10", "3"));
    }

    @ParameterizedTest(name = "{2}: {3}")
    @MethodSource("mistakesInTheIndex")
    void aMistakeInTheIndexIsASentence(String from, String to, String key, String says, String remedy)
            throws IOException {
        assertThat(INDEX).contains(from);
        write("index.yaml", INDEX.replace(from, to));
        TemplateProblem problem = problem();
        assertThat(problem.file()).endsWith("index.yaml");
        assertThat(problem.key()).isEqualTo(key);
        assertThat(problem.getMessage()).contains(says);
        assertThat(problem.remedy()).contains(remedy);
    }

    @Test
    void filesThatCannotBeTemplatesAreNamed() throws IOException {
        write("storm/english.yml", STORM);
        assertThat(problem()).hasMessageContaining("english.yml: is not named after a language");
        Files.delete(dir.resolve("storm/english.yml"));

        write("storm/fr.yaml", STORM);
        assertThat(problem()).hasMessageContaining("fr.yaml: is in a language without words");
        Files.move(dir.resolve("storm/en.yaml"), dir.resolve("storm/.en.yaml~"));
        write("index.yaml", INDEX + INDEX.substring(INDEX.indexOf("  en:")).replace("  en:", "  fr:"));
        assertThat(problem()).hasMessageContaining("storm: has no en.yaml, the default language");
        Files.move(dir.resolve("storm/.en.yaml~"), dir.resolve("storm/en.yaml"));
        load();

        write("storm/fr.yaml", STORM.replace("is yours", "est le votre"));
        assertThat(problem()).hasMessageContaining("fr.yaml: whatsapp.name: names storm (en), which another text uses");
        Files.write(dir.resolve("storm/fr.yaml"), "é".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problem()).hasMessageContaining("fr.yaml: is not UTF-8");
        write("storm/fr.yaml", "x".repeat(70_000));
        assertThat(problem()).hasMessageContaining("fr.yaml: is larger than 64 KiB");
        write("storm/fr.yaml", "");
        assertThat(problem()).hasMessageContaining("fr.yaml: is not a mapping");
        Files.delete(dir.resolve("storm/fr.yaml"));

        Files.createDirectory(dir.resolve("Big Storm"));
        assertThat(problem()).hasMessageContaining("Big Storm: is not a template's name");
        Files.delete(dir.resolve("Big Storm"));
        Files.delete(dir.resolve("index.yaml"));
        assertThat(problem()).hasMessageContaining("index.yaml: is missing");
        assertThat(catchThrowableOfType(
                        TemplateProblem.class, () -> Templates.load(dir.resolve("nowhere"), Alerts.PARIS)))
                .hasMessageContaining("nowhere: is not a folder");
    }

    @Test
    void theVersionFollowsTheContentAndAFrozenMessageDoesNot() throws Exception {
        var alert = Alerts.alert(Alerts.info("en", "Storm").headline("Gale").done());
        FrozenMessage before = load().freeze(alert);
        assertThat(load().freeze(alert).version()).isEqualTo(before.version()).matches("storm@[0-9a-f]{8}");
        byte[] stored = before.toJson();

        write("storm/en.yaml", STORM.replace("storm: ", "tempest: "));
        FrozenMessage after = load().freeze(alert);
        assertThat(after.version()).isNotEqualTo(before.version());
        assertThat(((Rendered.SmsText) after.render("en", "sms")).text()).contains("tempest");
        var sms = (Rendered.SmsText) FrozenMessage.fromJson(stored).render("en", "sms");
        assertThat(sms.text()).contains("storm: Gale");
        assertThat(sms.version()).isEqualTo(before.version());
    }

    @Test
    void anOperatorCanComputeTheVersionWithCoreutils() throws Exception {
        var shell = new ProcessBuilder("sh", "-c", "LC_ALL=C sha256sum *.yaml | sha256sum | cut -c1-8")
                .directory(Alerts.SHIPPED.resolve("flood").toFile())
                .start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        FrozenMessage message = Templates.load(Alerts.SHIPPED, Alerts.PARIS).freeze(Alerts.alert(), "flood");
        assertThat(message.version()).isEqualTo("flood@" + printed);
    }

    @Test
    void theLinterSaysWhatCouldBeBetter() throws IOException {
        write(
                "storm/en.yaml",
                STORM.replace("body: Storm in", "body: \"{{event}} in")
                        .replace("is yours.", "is yours.\"")
                        .replace("storm: ", "forêt: "));
        assertThat(load().lint())
                .extracting(LintProblem::toString)
                .containsExactly(
                        "storm/en: whatsapp.body: starts or ends with a parameter, which Meta refuses; add a word",
                        "storm/en: whatsapp.spare: is missing; a paused template silences WhatsApp: approve a second",
                        "storm/en: sms.gsm7: a few letters outside GSM-7 halve the room; write \"gsm7: transliterate\"");
        write("storm/en.yaml", STORM.replace("storm: ", "storm, " + "really ".repeat(40)));
        assertThat(load().lint()).extracting(LintProblem::sentence).contains("takes 3 segments; keep it within 2");
    }
}
