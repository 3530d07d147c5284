package org.tocsin.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tocsin.alert.Info;
import org.tocsin.delivery.Answer;

class ShippedTemplatesTest {
    private static final Templates TEMPLATES = Templates.load(Alerts.SHIPPED, Alerts.PARIS);

    /** By template: headline, instruction and area as people write them, in English and French. */
    private static final Map<String, List<String>> TYPICAL = Map.ofEntries(
            Map.entry(
                    "digest",
                    List.of(
                            "Lift 3 is out of order",
                            "Lift 3 is out of order; Water off on floor 2 until 16:00; Car park B is full; + 2",
                            "",
                            "Ascenseur 3 en panne",
                            "Ascenseur 3 en panne; Eau coupée au 2e étage jusqu'à 16 h; Parking B complet; + 2",
                            "")),
            Map.entry(
                    "flood-evacuation",
                    List.of(
                            "River over the dam",
                            "Go to safe area Y.",
                            "zone X",
                            "Le fleuve déborde",
                            "Rejoignez la zone sûre Y.",
                            "la zone X")),
            Map.entry(
                    "flood",
                    List.of(
                            "Water at 4.2 m at Old Bridge and rising",
                            "Move cars, stay off the river bank.",
                            "Lower Town",
                            "Eau à 4,2 m au Vieux Pont, en hausse",
                            "Déplacez les voitures, évitez les berges.",
                            "Ville basse")),
            Map.entry(
                    "evacuation",
                    List.of(
                            "Gas leak",
                            "Meet at the sports hall, Mill Street 12.",
                            "Building C",
                            "Fuite de gaz",
                            "Rendez-vous au gymnase, 12 rue du Moulin.",
                            "le bâtiment C")),
            Map.entry(
                    "general",
                    List.of(
                            "Chemical smell near the harbour",
                            "Stay inside, close windows and doors.",
                            "Harbour district",
                            "Odeur chimique près du port",
                            "Restez chez vous, fermez portes et fenêtres.",
                            "Quartier du port")),
            Map.entry(
                    "duty-notice",
                    List.of(
                            "An alert is held: it names nobody",
                            "Release or reject it in the console.",
                            "",
                            "Une alerte est retenue : aucun destinataire",
                            "Libérez-la ou rejetez-la.",
                            "")),
            Map.entry(
                    "all-clear",
                    List.of(
                            "Flood warning lifted",
                            "You may return home.",
                            "Lower Town",
                            "Alerte inondation levée",
                            "Vous pouvez rentrer chez vous.",
                            "Ville basse")),
            Map.entry(
                    "cancelled",
                    List.of(
                            "Water at 4.2 m at Old Bridge and rising",
                            "You may return home.",
                            "Lower Town",
                            "Eau à 4,2 m au Vieux Pont, en hausse",
                            "Vous pouvez rentrer chez vous.",
                            "Ville basse")),
            Map.entry(
                    "it-outage",
                    List.of(
                            "Mail and telephone are down",
                            "Use radio channel 3 and the paper forms.",
                            "",
                            "Messagerie et téléphonie en panne",
                            "Utilisez le canal radio 3 et les formulaires.",
                            "")),
            Map.entry(
                    "site-closed",
                    List.of(
                            "Storm damage to the roof.",
                            "Work from home until told otherwise.",
                            "Main Street 5",
                            "Toit endommagé par la tempête.",
                            "Télétravail jusqu'à nouvel ordre.",
                            "5, rue Principale")),
            Map.entry(
                    "utility-loss",
                    List.of(
                            "No drinking water until tonight",
                            "Boil water before you drink it.",
                            "North side",
                            "Pas d'eau potable jusqu'à ce soir",
                            "Faites bouillir l'eau avant de la boire.",
                            "Quartier nord")));

    static Stream<Arguments> everyTemplateAndLanguage() {
        return TEMPLATES.names().stream()
                .sorted()
                .flatMap(name -> Stream.of(Arguments.of(name, "en", 0), Arguments.of(name, "fr", 3)));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("everyTemplateAndLanguage")
    void typicalWordsFitTwoSegmentsOfGsm7AndNothingIsCut(String template, String language, int from) {
        List<String> words = TYPICAL.get(template);
        Alerts.InfoDraft draft = Alerts.info(language, language.equals("fr") ? "Danger immédiat" : "Imminent danger")
                .source(language.equals("fr") ? "Mairie de Villeneuve" : "Rivertown Council")
                .headline(words.get(from))
                .instruction(words.get(from + 1))
                .description(template.equals("digest") ? words.get(from + 1) : null);
        Info info = words.get(from + 2).isEmpty()
                ? draft.done()
                : draft.area(words.get(from + 2)).done();
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(info), template);
        var sms = (Rendered.SmsText) message.render(language, "sms");
        assertThat(sms.gsm7()).isTrue();
        assertThat(sms.segments()).isLessThanOrEqualTo(2);
        assertThat(sms.text())
                .contains(Gsm7.transliterate(words.get(from + 1)), Gsm7.transliterate(words.get(from + 2)), "YR6DB9");
        assertThat(sms.text()).doesNotContain("{{", "}}", "..");
        assertThat(message.lint()).isEmpty();

        var email = (Rendered.EmailMessage) message.render(language, "email");
        assertThat(email.text()).contains(words.get(from + 1), words.get(from + 2), "YR6DB9");
        assertThat(email.html().replace(Rendered.ACKNOWLEDGE_LINK, "")).doesNotContain("{{", "}}");
        assertThat(email.html()).contains(Rendered.ACKNOWLEDGE_LINK);
        var whatsapp = (Rendered.WhatsAppTemplate) message.render(language, "whatsapp");
        assertThat(whatsapp.bodyParameters())
                .extracting(Rendered.NamedText::text)
                .contains(words.get(from + 1), "YR6DB9");
    }

    @Test
    void theLinterHasNothingToSay() {
        assertThat(TEMPLATES.lint()).isEmpty();
    }

    @Test
    void everyTemplateHasItsTypicalWordsHere() {
        assertThat(TEMPLATES.names()).isEqualTo(TYPICAL.keySet());
    }

    @Test
    void theAnswersOfButtonsAreThoseThatRepliesKnow() {
        var names = new ArrayList<String>();
        for (Answer answer : Answer.values()) {
            names.add(answer.name());
        }
        assertThat(TemplateFile.ANSWERS).isEqualTo(names);
    }

    @Test
    void whatMustBeApprovedIsListedWithSparesAndImageForms() {
        assertThat(TEMPLATES.approved())
                .extracting(t -> t.name() + "/" + t.language() + "/" + t.headerType())
                .contains(
                        "tocsin_flood/en/null",
                        "tocsin_flood_spare/fr/null",
                        "tocsin_flood_image/fr/image",
                        "tocsin_duty_notice/en/null")
                .doesNotHaveDuplicates();
        assertThat(TEMPLATES.approved()).allSatisfy(t -> {
            assertThat(t.parameters()).isNotEmpty();
            assertThat(t.category()).isEqualTo("UTILITY");
        });
    }
}
