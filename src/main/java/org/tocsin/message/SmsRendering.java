package org.tocsin.message;

import java.util.EnumMap;
import java.util.Map;

/** The SMS form; also that of every channel without one of its own. */
final class SmsRendering {
    /** The personal link is not known yet; what it takes is reserved. */
    private static final String LINK_RESERVE = "x".repeat(64);

    private SmsRendering() {}

    static Rendered.SmsText render(String version, FrozenMessage.Wording wording) {
        TemplateText.Sms sms = wording.template().sms();
        Map<Variable, String> values = Fitting.fit(
                wording.facts(),
                shortened -> segments(sms, wording.prefix(), shortened) <= sms.maxSegments(),
                // The one-character ellipsis is not in GSM-7 and would halve the room.
                "...");
        String text = compose(sms, wording.prefix(), values);
        SmsSegments size = SmsSegments.of(measured(sms, text));
        return new Rendered.SmsText(version, Placeholders.withLink(encoded(sms, text)), size.gsm7(), size.segments());
    }

    /** Of the text before it is shortened. */
    static int segments(TemplateText.Sms sms, String prefix, Map<Variable, String> values) {
        return SmsSegments.of(measured(sms, compose(sms, prefix, values))).segments();
    }

    /** What is left when everything that may be shortened is empty. */
    static int leastSegments(TemplateText.Sms sms) {
        var least = new EnumMap<Variable, String>(Variable.class);
        for (Variable kept : new Variable[] {Variable.TIME, Variable.ONSET, Variable.EXPIRES, Variable.SEVERITY}) {
            least.put(kept, "x".repeat(20));
        }
        least.put(Variable.CODE, "x".repeat(VerificationCode.LENGTH));
        return segments(sms, "x".repeat(15), least);
    }

    private static String compose(TemplateText.Sms sms, String prefix, Map<Variable, String> values) {
        String text = prefix + Placeholders.fillLines(sms.text(), v -> values.getOrDefault(v, ""));
        return Placeholders.withoutForgedLink(text);
    }

    private static String measured(TemplateText.Sms sms, String text) {
        return encoded(sms, text.replace(Placeholders.LINK, LINK_RESERVE));
    }

    /** Letters are exchanged only where that wins GSM-7 for the whole text; else every one stays as it was written. */
    private static String encoded(TemplateText.Sms sms, String text) {
        if (!sms.transliterate()) {
            return text;
        }
        String exchanged = Gsm7.transliterate(text);
        return Gsm7.covers(exchanged.replace(Placeholders.LINK, "")) ? exchanged : text;
    }
}
