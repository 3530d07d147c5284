package org.tocsin.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Info;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.ResponseType;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Status;

class FrozenMessageTest {
    private static final Templates TEMPLATES = Templates.load(Alerts.SHIPPED, Alerts.PARIS);

    private static String chosen(Info... infos) {
        return TEMPLATES.freeze(Alerts.alert(infos)).version().split("@")[0];
    }

    private static String smsOf(FrozenMessage message, String language) {
        return ((Rendered.SmsText) message.render(language, "sms")).text();
    }

    @ParameterizedTest(name = "{0} with {1}: {2}")
    @CsvSource({
        "Flood, Evacuate, flood-evacuation",
        "' flood ', Evacuate, flood-evacuation",
        "INONDATION, Evacuate, flood-evacuation",
        "Flood, Monitor, flood",
        "Flood, Prepare, flood",
        "Flood, AllClear, all-clear",
        "Fire, Evacuate, evacuation",
        "Fire, Shelter, general",
        "Duty notice, Assess, duty-notice",
        "Panne informatique, Monitor, it-outage",
        "Site closed, Avoid, site-closed",
        "Power outage, Prepare, utility-loss",
        "Floodlight, Monitor, general",
        "'{{flood}}', Monitor, general",
    })
    void theFirstRuleThatMatchesChoosesTheTemplate(String event, ResponseType response, String template) {
        assertThat(chosen(Alerts.info("en", event).response(response).done())).isEqualTo(template);
    }

    @Test
    void anAlertThatSaysEvacuateAndAllClearCallsNobodyBack() {
        Info info = Alerts.info("en", "Fire")
                .response(ResponseType.AllClear, ResponseType.Evacuate)
                .done();
        assertThat(chosen(info)).isEqualTo("evacuation");
    }

    @Test
    void theRuleLooksAtTheInfoThatSpeaks() {
        Info shelter = Alerts.info("en", "Fire")
                .response(ResponseType.Shelter)
                .area("Y")
                .done();
        Info evacuate = Alerts.info("en", "Fire")
                .response(ResponseType.Evacuate)
                .area("X")
                .done();
        assertThat(chosen(shelter, evacuate)).isEqualTo("general");
        assertThat(chosen(evacuate, shelter)).isEqualTo("evacuation");
    }

    @ParameterizedTest(name = "{0} is given {1}")
    @CsvSource({"fr, fr", "fr-CA, fr", "FR_be, fr", "en-GB, en", "de, en", "'', en", ", en", "'{{x}}', en"})
    void aPersonIsGivenTheClosestLanguage(String wanted, String given) {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(
                Alerts.info("en-US", "Flood").headline("River").done(),
                Alerts.info("fr-FR", "Inondation").headline("Fleuve").done()));
        assertThat(message.languageFor(wanted)).isEqualTo(given);
        assertThat(smsOf(message, wanted))
                .startsWith(
                        given.equals("fr") ? "ALERTE INONDATION (GRAVE) : Fleuve\n" : "FLOOD ALERT (SEVERE): River\n");
    }

    @Test
    void whereTheAlertLacksALanguageItsFrameStillSpeaksIt() {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(
                Alerts.info("de", "Hochwasser").headline("Fluss").done(),
                Alerts.info("en", "Flood").headline("River").done()));
        assertThat(smsOf(message, "fr")).startsWith("ALERTE INONDATION (GRAVE) : River\n");
    }

    @Test
    void whatTheAlertDoesNotSayLeavesNoGap() {
        FrozenMessage message =
                TEMPLATES.freeze(Alerts.alert(Alerts.info("en", "Fire").done()));
        assertThat(smsOf(message, "en")).isEqualTo("""
                        ALERT (SEVERE): Fire
                        Source: River Authority, 22 Nov 2026 14:05. Code YR6DB9. Reply OK or HELP.""");
        var whatsapp = (Rendered.WhatsAppTemplate) message.render("en", "whatsapp");
        assertThat(whatsapp.bodyParameters()).contains(new Rendered.NamedText("area", "-"));
        assertThat(((Rendered.EmailMessage) message.render("en", "email")).text())
                .startsWith("ALERT (SEVERE): Fire\n\nSource:");
    }

    @Test
    void anEvacuationWithoutAreaOrInstructionStillSaysWhoAndWhat() {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(
                Alerts.info("en", "Flood").response(ResponseType.Evacuate).done()));
        assertThat(smsOf(message, "en"))
                .startsWith("Emergency alert: evacuate your area because of flooding. Go to higher ground");
    }

    @ParameterizedTest
    @CsvSource({"en, EXERCISE", "fr, EXERCICE"})
    void anExerciseSaysSoFirstInEveryForm(String language, String word) {
        for (String template : TEMPLATES.names()) {
            FrozenMessage message = TEMPLATES.freeze(
                    Alerts.alert(Status.Exercise, Alerts.info("en", "Flood").done()), template);
            assertThat(smsOf(message, language)).startsWith(word + " - ");
            var email = (Rendered.EmailMessage) message.render(language, "email");
            assertThat(email.subject()).startsWith(word + " - ");
            assertThat(email.text()).startsWith(word + " - ");
            assertThat(email.html()).contains("<body>\n<p><strong>" + word);
            var whatsapp = (Rendered.WhatsAppTemplate) message.render(language, "whatsapp");
            assertThat(whatsapp.bodyParameters().get(0).text()).startsWith(word + " - ");
        }
    }

    @Test
    void aRealAlertNeverCarriesTheWord() {
        FrozenMessage message =
                TEMPLATES.freeze(Alerts.alert(Alerts.info("en", "Flood").done()));
        assertThat(smsOf(message, "en")).doesNotContain("EXERCISE");
    }

    @Test
    void anImageIsSentByTheTemplateApprovedForItAndThePlainOneIsSpare() {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(Alerts.info("en", "Flood")
                .resource("image/PNG", "https://example.org/map.png")
                .done()));
        var whatsapp = (Rendered.WhatsAppTemplate) message.render("en", "whatsapp");
        assertThat(whatsapp.name()).isEqualTo("tocsin_flood_image");
        assertThat(whatsapp.header()).isEqualTo(new Rendered.MediaHeader("image", "https://example.org/map.png"));
        assertThat(whatsapp.spare()).isNotNull();
        assertThat(whatsapp.spare().name()).isEqualTo("tocsin_flood");
        assertThat(whatsapp.spare().header()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "image/png, http://example.org/map.png",
        "image/svg+xml, https://example.org/map.svg",
        "text/html, https://example.org/map.png",
        "image/png, https://user:pass@example.org/map.png",
        "image/png, file:///etc/passwd",
        "image/png, https:///map.png",
        "image/png, 'https://example.org/a b'",
        "image/png,",
    })
    void whatIsNoPublicHttpsImageIsNoHeader(String mimeType, String uri) {
        FrozenMessage message = TEMPLATES.freeze(
                Alerts.alert(Alerts.info("en", "Flood").resource(mimeType, uri).done()));
        var whatsapp = (Rendered.WhatsAppTemplate) message.render("en", "whatsapp");
        assertThat(whatsapp.name()).isEqualTo("tocsin_flood");
        assertThat(whatsapp.header()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"whatsapp", "sms", "email", "pager"})
    void jsonBringsBackTheSameMessage(String channel) {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(
                Status.Exercise,
                Alerts.info("en", "Flood")
                        .description("\uD83C\uDF0A \"quoted\" {{x}} \u200F")
                        .resource("image/png", "https://example.org/map.png")
                        .done()));
        FrozenMessage read = FrozenMessage.fromJson(message.toJson());
        assertThat(read).isEqualTo(message);
        assertThat(read.toJson()).isEqualTo(message.toJson());
        assertThat(read.render("fr", channel)).isEqualTo(message.render("fr", channel));
    }

    @Test
    void jsonOfALaterVersionIsReadAndBrokenJsonIsNotQuoted() {
        byte[] json = TEMPLATES
                .freeze(Alerts.alert(Alerts.info("en", "Flood").done()))
                .toJson();
        String later = new String(json, StandardCharsets.UTF_8).replaceFirst("\\{", "{\"later\":[1],");
        assertThat(FrozenMessage.fromJson(later.getBytes(StandardCharsets.UTF_8))
                        .version())
                .startsWith("flood@");
        for (String broken : List.of("", "{}", "CANARY", "{\"version\":{\"CANARY\":1}}", "null")) {
            assertThatThrownBy(() -> FrozenMessage.fromJson(broken.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("not a frozen message")
                    .hasMessageNotContaining("CANARY");
        }
    }

    @Test
    void anAlertWithoutInfoIsFrozenFromWhatItHas() {
        var cancel = new Alert(
                "c-1",
                "rivers@example.org",
                Alerts.SENT,
                Status.Actual,
                MsgType.Cancel,
                null,
                Scope.Public,
                null,
                List.of(),
                List.of(),
                "Sent by mistake",
                List.of(),
                List.of(),
                List.of());
        assertThat(smsOf(TEMPLATES.freeze(cancel, "all-clear"), "en"))
                .startsWith("ALL CLEAR: Sent by mistake\nSource: rivers@example.org, 22 Nov 2026 14:05.");
        assertThat(TEMPLATES.freeze(cancel).version()).startsWith("general@");
    }

    @Test
    void aMailSaysUntilWhenItIsValidAlsoWhereTheAlertDoesNot() {
        Alert open = withoutExpires();
        var mail = (Rendered.EmailMessage)
                TEMPLATES.freeze(open, Alerts.SENT.plusHours(12).toInstant()).render("en", "email");
        assertThat(mail.text()).contains("Valid until: 23 Nov 2026 02:05");
        var said = (Rendered.EmailMessage) TEMPLATES
                .freeze(
                        Alerts.alert(Alerts.info("en", "Flood").done()),
                        Alerts.SENT.plusHours(12).toInstant())
                .render("en", "email");
        assertThat(said.text()).contains("Valid until: 22 Nov 2026 20:05");
    }

    private static Alert withoutExpires() {
        Info info = Alerts.info("en", "Flood").done();
        return Alerts.alert(new Info(
                info.language(),
                info.categories(),
                info.event(),
                info.responseTypes(),
                info.urgency(),
                info.severity(),
                info.certainty(),
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of()));
    }

    @Test
    void theCodeIsThatOfTheAlertWhateverTheOffsetItsTimeIsWrittenIn() {
        Alert alert = Alerts.alert();
        String code = VerificationCode.of(alert);
        assertThat(code).matches("[0-9A-HJKMNP-TV-Z]{6}");
        var elsewhere = new Alert(
                alert.identifier(),
                alert.sender(),
                Alerts.SENT.withOffsetSameInstant(java.time.ZoneOffset.ofHours(9)),
                alert.status(),
                alert.msgType(),
                null,
                alert.scope(),
                null,
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of());
        assertThat(VerificationCode.of(elsewhere)).isEqualTo(code);
    }

    @Test
    void lintTellsTheOperatorThatAnAlertIsShortened() {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(
                Alerts.info("en", "Fire").description("smoke ".repeat(100)).done()));
        assertThat(message.lint())
                .extracting(LintProblem::toString)
                .contains("general/en: sms.text: is shortened to 2 segments; say it in fewer words");
    }
}
