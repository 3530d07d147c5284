package org.tocsin.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Info;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Status;

/** What people are told when an alert is taken back. */
class WithdrawalTest {
    private static final Templates TEMPLATES = Templates.load(Alerts.SHIPPED, Alerts.PARIS);
    private static final Alert ALERT = Alerts.alert(
            Alerts.info("en", "Flood")
                    .headline("River over the dam")
                    .instruction("Leave your house now.")
                    .area("Lower Town")
                    .done(),
            Alerts.info("fr", "Inondation")
                    .headline("Le fleuve déborde")
                    .instruction("Quittez votre maison.")
                    .done());

    @Test
    void thePreparedCancelNamesTheAlertAndItsCodeAndNeverRepeatsItsInstruction() {
        FrozenMessage prepared = TEMPLATES.freezeCancel(ALERT, null);

        assertThat(sms(prepared, "en")).isEqualTo("""
                        CANCELLED: River over the dam
                        Alert of 22 Nov 2026 14:05 withdrawn. Its instructions no longer apply.
                        Lower Town
                        Source: River Authority. Code YR6DB9.""");
        assertThat(sms(prepared, "fr")).startsWith("ANNULÉ : Le fleuve").contains("Ses consignes", "YR6DB9");
        for (String channel : List.of("whatsapp", "sms", "email")) {
            for (String language : List.of("en", "fr")) {
                assertThat(shown(prepared.render(language, channel))).doesNotContain("Leave", "Quittez");
            }
        }
        assertThat(prepared.lint()).isEmpty();
        assertThat(FrozenMessage.fromJson(prepared.toJson())).isEqualTo(prepared);
    }

    @Test
    void whatTheCancelItselfSaysIsSaidToo() {
        Alert cancel = cancel(
                null,
                Alerts.info("en", "Flood")
                        .headline("The dam holds")
                        .instruction("You may go home.")
                        .done());

        assertThat(sms(TEMPLATES.freezeCancel(ALERT, cancel), "en"))
                .startsWith("CANCELLED: River over the dam\n")
                .contains("withdrawn. You may go home.\n", "\nThe dam holds\n");
    }

    @Test
    void aCancelThatRepeatsTheAlertTellsNobodyToLeaveOnceMore() {
        Alert cancel = cancel("Sensor defective.", ALERT.infos().get(0));

        assertThat(sms(TEMPLATES.freezeCancel(ALERT, cancel), "en"))
                .doesNotContain("Leave your house")
                .containsOnlyOnce("River over the dam")
                .contains("Its instructions no longer apply.", "Sensor defective.");
    }

    @Test
    void theNoteOfACancelWithoutInfoIsSaidInEveryLanguage() {
        FrozenMessage message = TEMPLATES.freezeCancel(ALERT, cancel("Sent by mistake"));

        assertThat(sms(message, "en")).contains("Sent by mistake");
        assertThat(sms(message, "fr")).contains("Sent by mistake");
    }

    private static String sms(FrozenMessage message, String language) {
        return ((Rendered.SmsText) message.render(language, "sms")).text();
    }

    private static String shown(Rendered rendered) {
        if (rendered instanceof Rendered.SmsText sms) {
            return sms.text();
        } else if (rendered instanceof Rendered.EmailMessage mail) {
            return mail.subject() + mail.text() + mail.html();
        }
        return ((Rendered.WhatsAppTemplate) rendered)
                .bodyParameters().stream()
                        .map(Rendered.NamedText::text)
                        .toList()
                        .toString();
    }

    private static Alert cancel(@Nullable String note, Info... infos) {
        return new Alert(
                "cancel-7",
                "rivers@example.org",
                Alerts.SENT.plusHours(1),
                Status.Actual,
                MsgType.Cancel,
                null,
                Scope.Public,
                null,
                List.of(),
                List.of(),
                note,
                List.of(ALERT.reference()),
                List.of(),
                Arrays.asList(infos));
    }
}
