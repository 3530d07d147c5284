package org.tocsin.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.delivery.Answer;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.reply.Reply.Answered;

class ReplyReaderTest {
    private final ReplyReader reader = ReplyReader.load();

    private Reply read(String payload, String text) {
        return reader.read(new InboundMessage("whatsapp", "+16505551234", "id", null, payload, text, Instant.EPOCH));
    }

    private String meaning(String text) {
        Reply reply = read(null, text);
        return reply instanceof Answered answered
                ? answered.answer().name()
                : reply.getClass().getSimpleName();
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "safe|SAFE",
                "SAFE|SAFE",
                "  Safe!! |SAFE",
                "I'm safe.|SAFE",
                "I’m safe|SAFE",
                "Im safe|SAFE",
                "Safe 👍|SAFE",
                "safe 🙏🏽|SAFE",
                "\u200Bsafe\uFEFF|SAFE",
                "ＳＡＦＥ|SAFE",
                "we are  safe|SAFE",
                "En sécurité|SAFE",
                "en securite|SAFE",
                "je suis à l'abri|SAFE",
                "je suis a labri|SAFE",
                "In Sicherheit|SAFE",
                "Mir geht’s gut|SAFE",
                "Estoy a salvo|SAFE",
                "¡Estoy bien!|SAFE",
                "👍|ACKNOWLEDGED",
                "👍🏿👍🏿👍🏿|ACKNOWLEDGED",
                "✔️|ACKNOWLEDGED",
                "OK|ACKNOWLEDGED",
                "ok 👍|ACKNOWLEDGED",
                "Oui|ACKNOWLEDGED",
                "bien recu|ACKNOWLEDGED",
                "Verstanden.|ACKNOWLEDGED",
                "sí|ACKNOWLEDGED",
                "d'accord|ACKNOWLEDGED",
                "no help needed|ACKNOWLEDGED",
                "I don't need help|ACKNOWLEDGED",
                "Thanks for your help!|ACKNOWLEDGED",
                "Ich brauche keine Hilfe|ACKNOWLEDGED",
                "pas besoin d’aide|ACKNOWLEDGED",
                "No necesito ayuda|ACKNOWLEDGED",
                "help|NEED_HELP",
                "HELP!!!|NEED_HELP",
                "SOS|NEED_HELP",
                "🆘🆘|NEED_HELP",
                "ok 🆘|NEED_HELP",
                "please help us we are on the roof|NEED_HELP",
                "I am safe but my neighbour needs help|NEED_HELP",
                "stop. help me|NEED_HELP",
                "wrong number but help|NEED_HELP",
                "au secours|NEED_HELP",
                "Au Secours, l'eau monte|NEED_HELP",
                "j’ai besoin d’aide|NEED_HELP",
                "Hilfe|NEED_HELP",
                "wir brauchen Hilfe im 2. Stock|NEED_HELP",
                "necesitamos ayuda|NEED_HELP",
                "¡socorro!|NEED_HELP",
                "not safe|NEED_HELP",
                "no I am not safe|NEED_HELP",
                "I'm NOT safe|NEED_HELP",
                "je ne suis pas en sécurité|NEED_HELP",
                "no estoy a salvo|NEED_HELP",
                "unavailable|UNAVAILABLE",
                "Je ne peux pas venir|UNAVAILABLE",
                "ich kann nicht kommen|UNAVAILABLE",
                "on my way|ON_MY_WAY",
                "J'arrive !|ON_MY_WAY",
                "bin unterwegs|ON_MY_WAY",
                "en camino|ON_MY_WAY",
                "Wrong number|WrongNumber",
                "sorry, wrong number!|WrongNumber",
                "Mauvais numéro|WrongNumber",
                "faux numero|WrongNumber",
                "Falsche Nummer|WrongNumber",
                "Número equivocado|WrongNumber",
                "stop|Stop",
                "STOP.|Stop",
                "Stopp|Stop",
                "arrêt|Stop",
                "ARRET|Stop",
                "unsubscribe|Stop",
                "BAJA|Stop",
                "start|Start",
                "UNSTOP|Start",
                "is it safe to go out?|Other",
                "no|Other",
                "not sure if safe|Other",
                "safe?? no|Other",
                "safe 👎|Other",
                "👎|Other",
                "do not stop|Other",
                "never stop sending these|Other",
                "the helpdesk is closed|Other",
                "nobody is trapped here|Other",
                "nobody was injured|Other",
                "${bean:x}|Other",
                "7|Other",
                "...|Other"
            })
    void readsWhatIsMeant(String text, String meaning) {
        assertThat(meaning(text)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "what is going on?", "lorem ipsum"})
    void anythingElseAcknowledgesAndCanBeToldApart(String text) {
        Reply reply = read(null, text);
        assertThat(reply).isInstanceOf(Reply.Other.class);
        assertThat(reply.acknowledgement()).contains(Answer.ACKNOWLEDGED);
        assertThat(reply.toString()).isEqualTo("Other[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "wrong number", "start"})
    void whatIsNoAnswerAcknowledgesNothing(String text) {
        assertThat(read(null, text).acknowledgement()).isEmpty();
    }

    @Test
    void aTappedButtonNamesTheAttempt() {
        for (Answer answer : Answer.values()) {
            Reply reply = read(answer + ":k-7.32_00", "stop, wrong number");
            assertThat(reply).isEqualTo(new Answered(answer, "k-7.32_00"));
            assertThat(reply.acknowledgement()).contains(answer);
        }
    }

    @ParameterizedTest(name = "{0} {1} → {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "I am safe|I am safe|SAFE",
                "I need help|Yes, it is me|NEED_HELP",
                "SAVED:k|safe|SAFE",
                "SAFE:|help|NEED_HELP",
                "SAFE:a b|hm|Other",
                "SAFE:k;drop|hm|Other",
                "safe:k|hm|Other"
            })
    void aPayloadThatIsNotOursIsReadAsWords(String payload, String text, String meaning) {
        Reply reply = read(payload, text);
        String read = reply instanceof Answered answered
                ? answered.answer().name()
                : reply.getClass().getSimpleName();
        assertThat(read).isEqualTo(meaning);
        assertThat(reply instanceof Answered answered && answered.callbackKey() != null)
                .isFalse();
    }

    @Test
    void aLongTextIsReadInLittleTime() {
        assertThat(meaning("we are\n\tsafe")).isEqualTo("SAFE");
        assertThat(meaning("a ".repeat(1_000_000))).isEqualTo("Other");
        assertThat(meaning("help " + "\u0301".repeat(100_000))).isEqualTo("NEED_HELP");
        assertThat(meaning("\uD83C\uD83C\uDFFB\uD83C")).isEqualTo("Other");
    }

    /** Whatever is in the file: no negation of safety is read as safety. */
    @Test
    void noPhraseWithANegationMeansSafe() {
        assertThat(reader.meanings()).hasSizeGreaterThan(250).allSatisfy((phrase, reply) -> {
            if (reply instanceof Answered answered && answered.answer() == Answer.SAFE) {
                assertThat(List.of(phrase.split(" ")))
                        .doesNotContain("not", "no", "pas", "nicht", "ne", "un", "kein", "never");
            }
        });
    }

    /** Prefixing a negation to a phrase of safety never leaves it one. */
    @Test
    void aNegatedPhraseOfSafetyIsNotSafe() {
        reader.meanings().forEach((phrase, reply) -> {
            if (reply instanceof Answered answered && answered.answer() == Answer.SAFE) {
                for (String negation : List.of("not ", "no ", "pas ", "nicht ", "no, ", "👎 ", "❌ ")) {
                    assertThat(meaning(negation + phrase)).as(negation + phrase).isNotEqualTo("SAFE");
                }
            }
        });
    }

    @Test
    void aPhraseWithTwoMeaningsStopsTheStart() {
        assertThatThrownBy(() -> ReplyPhrases.of(
                        "f.yaml", Map.of("en", Map.of("safe", List.of("Fine!"), "stop", List.of("fine")))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("f.yaml")
                .hasMessageContaining("another meaning");
        assertThatThrownBy(() -> ReplyPhrases.of("f.yaml", Map.of("en", Map.of("sfae", List.of("fine")))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ReplyPhrases.of("f.yaml", Map.of("en", Map.of("safe", List.of("?!")))))
                .isInstanceOf(IllegalStateException.class);
    }
}
