package org.tocsin.message;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Area;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Info;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.ResponseType;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Status;
import org.tocsin.alert.Urgency;

/** Advice, never a refusal: every form is sent whatever is found here. */
final class TemplateLint {
    /** A third segment costs half as much again, and is the one that arrives last or not at all. */
    private static final int GOOD_SEGMENTS = 2;

    /** What ends sooner than this is better said by a channel that does not wait for a phone. */
    private static final int SHORT_TTL = 900;

    private TemplateLint() {}

    static int leastTtl(TemplateText.WhatsApp whatsapp) {
        return whatsapp.shorter().stream()
                .mapToInt(TemplateText.Shorter::ttlSeconds)
                .reduce(whatsapp.ttlSeconds(), Math::min);
    }

    static List<LintProblem> lint(FrozenMessage message) {
        var problems = new ArrayList<LintProblem>();
        String name = message.version().split("@", 2)[0];
        message.languages()
                .forEach(
                        (language, wording) -> problems.addAll(sms(name + "/" + language, message.version(), wording)));
        return List.copyOf(problems);
    }

    private static List<LintProblem> sms(String where, String version, FrozenMessage.Wording wording) {
        var problems = new ArrayList<LintProblem>();
        TemplateText.Sms sms = wording.template().sms();
        Rendered.SmsText rendered = SmsRendering.render(version, wording);
        boolean gsm7Possible = Gsm7.covers(Gsm7.transliterate(rendered.text()));
        if (gsm7Possible && !rendered.gsm7()) {
            problems.add(new LintProblem(
                    where, "sms.gsm7", "a few letters outside GSM-7 halve the room; write \"gsm7: transliterate\""));
        }
        if (gsm7Possible && rendered.segments() > GOOD_SEGMENTS) {
            problems.add(new LintProblem(
                    where, "sms.text", "takes " + rendered.segments() + " segments; keep it within " + GOOD_SEGMENTS));
        }
        Map<Variable, String> facts = wording.facts();
        if (SmsRendering.segments(sms, wording.prefix(), facts) > sms.maxSegments()) {
            problems.add(new LintProblem(
                    where, "sms.text", "is shortened to " + sms.maxSegments() + " segments; say it in fewer words"));
        }
        return problems;
    }

    static List<LintProblem> lint(Templates.Template template, Set<String> languages) {
        var problems = new ArrayList<LintProblem>();
        for (String language : languages) {
            TemplateText text = template.languages().get(language);
            String where = template.name() + "/" + language;
            if (text == null) {
                problems.add(new LintProblem(where, "", "is missing; its people get the default language"));
                continue;
            }
            String body = text.whatsapp().body();
            if (body.startsWith("{{") || body.endsWith("}}")) {
                problems.add(new LintProblem(
                        where, "whatsapp.body", "starts or ends with a parameter, which Meta refuses; add a word"));
            }
            int least = leastTtl(text.whatsapp());
            if (least > SHORT_TTL) {
                problems.add(new LintProblem(
                        where,
                        "whatsapp.shorter",
                        "is missing; an alert that ends in less than " + least
                                + " s goes by the next channel: approve one with a shorter ttl-seconds"));
            }
            if (text.whatsapp().spare() == null) {
                problems.add(new LintProblem(
                        where, "whatsapp.spare", "is missing; a paused template silences WhatsApp: approve a second"));
            }
        }
        return problems;
    }

    /** Of usual length in every part. */
    static Alert sample() {
        var sent = OffsetDateTime.parse("2026-11-22T14:05:00Z");
        var info = new Info(
                "en",
                List.of(Category.Safety),
                "Emergency",
                List.of(ResponseType.Prepare),
                Urgency.Immediate,
                Severity.Severe,
                Certainty.Observed,
                null,
                List.of(),
                null,
                sent,
                sent.plusHours(6),
                "Rivertown Civil Protection",
                "Danger in the lower town near the bridge",
                null,
                "Go to the sports hall, Mill Street 12.",
                null,
                null,
                List.of(),
                List.of(),
                List.of(new Area("zone 4, Lower Town", List.of(), List.of(), List.of(), null, null)));
        return new Alert(
                "sample",
                "sample@tocsin.invalid",
                sent,
                Status.Actual,
                MsgType.Alert,
                null,
                Scope.Public,
                null,
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of(info));
    }
}
