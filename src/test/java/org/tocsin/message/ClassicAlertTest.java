package org.tocsin.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.alert.ResponseType;

/** Row S17: the classic alert, word for word, in two languages and on three channels. */
class ClassicAlertTest {
    private static final FrozenMessage MESSAGE = Templates.load(Alerts.SHIPPED, Alerts.PARIS)
            .freeze(Alerts.alert(
                    Alerts.info("en-GB", "Flood")
                            .response(ResponseType.Evacuate)
                            .area("zone X")
                            .instruction("Go to safe area Y.")
                            .done(),
                    Alerts.info("fr", "Inondation")
                            .response(ResponseType.Evacuate)
                            .source("Autorité des rivières")
                            .area("la zone X")
                            .instruction("Rejoignez la zone sûre Y.")
                            .done()));

    @Test
    void englishSms() {
        var sms = (Rendered.SmsText) MESSAGE.render("en", "sms");
        assertThat(sms.text()).isEqualTo("""
                        Emergency alert: evacuate zone X because of flooding. Go to safe area Y.
                        Source: River Authority, 22 Nov 2026 14:05. Code YR6DB9. Reply OK or HELP.""");
        assertThat(sms.segments()).isEqualTo(1);
        assertThat(sms.gsm7()).isTrue();
    }

    @Test
    void frenchSms() {
        var sms = (Rendered.SmsText) MESSAGE.render("fr", "sms");
        assertThat(sms.text()).isEqualTo("""
                        Alerte d'urgence : évacuez la zone X en raison d'une inondation. Rejoignez la zone sure Y.
                        Source : Autorité des rivières, 22 nov. 2026 14:05. Code YR6DB9. Répondez OK ou AIDE.""");
        assertThat(sms.segments()).isEqualTo(2);
        assertThat(sms.gsm7()).isTrue();
    }

    @Test
    void englishWhatsApp() {
        var whatsapp = (Rendered.WhatsAppTemplate) MESSAGE.render("en", "whatsapp");
        assertThat(whatsapp.name()).isEqualTo("tocsin_flood_evacuation");
        assertThat(whatsapp.language()).isEqualTo("en");
        assertThat(asSeen(whatsapp, "en")).isEqualTo("""
                        Emergency alert: evacuate zone X because of flooding. Go to safe area Y.
                        Source: River Authority, 22 Nov 2026 14:05.
                        Verification code YR6DB9, the same on every channel.""");
        assertThat(whatsapp.quickReplies())
                .containsExactly(new Rendered.QuickReply(0, "SAFE"), new Rendered.QuickReply(1, "NEED_HELP"));
        assertThat(whatsapp.spare()).isNotNull();
        assertThat(whatsapp.spare().name()).isEqualTo("tocsin_flood_evacuation_spare");
        assertThat(whatsapp.spare().bodyParameters()).isEqualTo(whatsapp.bodyParameters());
        assertThat(whatsapp.header()).isNull();
    }

    @Test
    void frenchWhatsApp() {
        var whatsapp = (Rendered.WhatsAppTemplate) MESSAGE.render("fr", "whatsapp");
        assertThat(whatsapp.language()).isEqualTo("fr");
        assertThat(asSeen(whatsapp, "fr")).isEqualTo("""
                        Alerte d'urgence : évacuez la zone X en raison d'une inondation. Rejoignez la zone sûre Y.
                        Source : Autorité des rivières, 22 nov. 2026 14:05.
                        Code de vérification YR6DB9, identique sur tous les canaux.""");
    }

    /** What Meta makes of it: the approved body with the parameters in it. */
    private static String asSeen(Rendered.WhatsAppTemplate whatsapp, String language) {
        var values = whatsapp.bodyParameters().stream()
                .collect(Collectors.toMap(Rendered.NamedText::name, Rendered.NamedText::text));
        String body = MESSAGE.languages().get(language).template().whatsapp().body();
        return Placeholders.fill(body, v -> values.get(v.word()));
    }

    @Test
    void englishEmail() {
        var email = (Rendered.EmailMessage) MESSAGE.render("en", "email");
        assertThat(email.subject()).isEqualTo("Emergency alert: evacuate zone X because of flooding");
        assertThat(email.text()).isEqualTo("""
                        Emergency alert: evacuate zone X because of flooding. Go to safe area Y.

                        Source: River Authority, 22 Nov 2026 14:05
                        Valid until: 22 Nov 2026 20:05
                        Verification code: YR6DB9, the same on every channel

                        Confirm that you have read this: {{acknowledge-link}}""");
        assertThat(email.html()).isEqualTo("""
                        <!DOCTYPE html>
                        <html lang="en">
                        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\
                        <title>Emergency alert: evacuate zone X because of flooding</title></head>
                        <body>
                        <h1>Emergency alert: evacuate zone X because of flooding.</h1>
                        <p><strong>Go to safe area Y.</strong></p>
                        <p>Source: River Authority, 22 Nov 2026 14:05</p>
                        <p>Valid until: 22 Nov 2026 20:05</p>
                        <p>Verification code: <strong>YR6DB9</strong>, the same on every channel</p>
                        <p><a href="{{acknowledge-link}}">I have read this</a></p>
                        </body>
                        </html>
                        """);
    }

    @Test
    void frenchEmail() {
        var email = (Rendered.EmailMessage) MESSAGE.render("fr", "email");
        assertThat(email.subject()).isEqualTo("Alerte d'urgence : évacuez la zone X en raison d'une inondation");
        assertThat(email.text()).isEqualTo("""
                        Alerte d'urgence : évacuez la zone X en raison d'une inondation. Rejoignez la zone sûre Y.

                        Source : Autorité des rivières, 22 nov. 2026 14:05
                        Valable jusqu'au : 22 nov. 2026 20:05
                        Code de vérification : YR6DB9, identique sur tous les canaux

                        Confirmez la lecture : {{acknowledge-link}}""");
        assertThat(email.html())
                .contains("<html lang=\"fr\">")
                .contains("<h1>Alerte d'urgence : évacuez la zone X en raison d'une inondation.</h1>")
                .contains("<p><strong>Rejoignez la zone sûre Y.</strong></p>");
    }

    @ParameterizedTest
    @CsvSource({"en, whatsapp", "en, sms", "en, email", "fr, whatsapp", "fr, sms", "fr, email", "fr, pager"})
    void everyFormTellsTheSameFacts(String language, String channel) {
        String said = allText(MESSAGE.render(language, channel));
        assertThat(said).contains("zone X").contains("YR6DB9").contains("2026 14:05");
        assertThat(said).contains(language.equals("fr") ? "Autorité des rivières" : "River Authority");
        assertThat(said)
                .containsPattern(language.equals("fr") ? "Rejoignez la zone s[uû]re Y\\." : "Go to safe area Y\\.");
        assertThat(MESSAGE.render(language, channel).version()).matches("flood-evacuation@[0-9a-f]{8}");
    }

    static String allText(Rendered rendered) {
        if (rendered instanceof Rendered.WhatsAppTemplate whatsapp) {
            return whatsapp.bodyParameters().stream()
                    .map(Rendered.NamedText::text)
                    .collect(Collectors.joining("\n"));
        } else if (rendered instanceof Rendered.SmsText sms) {
            return sms.text();
        }
        var email = (Rendered.EmailMessage) rendered;
        return email.subject() + "\n" + email.text() + "\n" + email.html();
    }
}
