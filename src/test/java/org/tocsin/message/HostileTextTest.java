package org.tocsin.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.alert.Alert;
import org.tocsin.alert.ResponseType;

class HostileTextTest {
    private static final Templates TEMPLATES = Templates.load(Alerts.SHIPPED, Alerts.PARIS);

    static Stream<Arguments> texts() {
        return Stream.of(
                same("${bean:x}"),
                same("{{sys:x}}"),
                same("${jndi:ldap://x/a}"),
                same("{{headline}} {{code}}"),
                same("$1 \\1 \\\\ $0 ${0}"),
                same("#{T(java.lang.Runtime)}"),
                same("a    b"),
                row("a\nb\r\nc\rd", "a b c d", "a\nb\nc\nd"),
                row("a\n\n\n\n\nb", "a b", "a\n\nb"),
                row("a\u2028b\u0085c\u000bd", "a b c d", "a\nb\nc\nd"),
                row("a\tb", "a b", "a b"),
                row("a     b", "a b", "a     b"),
                row("a \t \n   b", "a b", "a   \n   b"),
                row("\u001b[31mred\u001b[0m \u009b1m\u0007\u0000x", "[31mred[0m 1mx", "[31mred[0m 1mx"),
                row("safe\u202Eelbisop\u202C \u2066x\u2069", "safeelbisop x", "safeelbisop x"),
                same("شارع\u200F ١٢"),
                row("\ud83cx\udf0a\ufeff\uffff", "x", "x"));
    }

    private static Arguments same(String text) {
        return row(text, text, text);
    }

    private static Arguments row(String text, String onOneLine, String onLines) {
        return Arguments.of(text, onOneLine, onLines);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void whatASenderWritesIsShownLiterallyAndNeverRun(String text, String onOneLine, String onLines) {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(
                Alerts.info("en", "Fire").headline("H").instruction(text).done()));

        var whatsapp = (Rendered.WhatsAppTemplate) message.render("en", "whatsapp");
        assertThat(whatsapp.bodyParameters()).contains(new Rendered.NamedText("instruction", onOneLine));
        var sms = (Rendered.SmsText) message.render("en", "sms");
        assertThat(sms.text()).contains("\n" + onLines + "\n");
        var email = (Rendered.EmailMessage) message.render("en", "email");
        assertThat(email.text()).contains("\n" + onLines + "\n");
        assertThat(email.html()).contains("<strong>" + PlainText.html(onLines) + "</strong>");
    }

    @Test
    void htmlOfASenderIsEscapedInTextAndTitle() {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(Alerts.info("en", "Fire")
                .headline("</title><script>alert('1')</script>\r\nBcc: x@example.org")
                .description("<a href=\"http://x\">&amp;")
                .done()));
        var email = (Rendered.EmailMessage) message.render("en", "email");
        assertThat(email.html())
                .doesNotContain("<script", "</title><script", "<a href=\"http://x\"")
                .contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;")
                .contains("&lt;a href=&quot;http://x&quot;&gt;&amp;amp;");
        assertThat(email.subject()).doesNotContain("\n", "\r").contains("Bcc: x@example.org");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"javascript:alert(1)", "https://user@example.org/", "data:text/html,x", "//x", "https:", "a b"})
    void aLinkThatIsNotAPlainWebAddressIsLeftOut(String link) {
        FrozenMessage message = TEMPLATES.freeze(
                Alerts.alert(Alerts.info("en", "Fire").web(link).done()));
        assertThat(((Rendered.EmailMessage) message.render("en", "email")).html())
                .doesNotContain("More:");
    }

    @Test
    void aWebAddressIsLinkedAndEscaped() {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(
                Alerts.info("en", "Fire").web("https://example.org/?a=1&b='2'").done()));
        assertThat(((Rendered.EmailMessage) message.render("en", "email")).html())
                .contains("<a href=\"https://example.org/?a=1&amp;b=&#39;2&#39;\">");
    }

    @Test
    void aSenderCannotPutThePersonalLinkIntoHisOwnText() {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(Alerts.info("en", "Fire")
                .instruction("http://evil.example/?{{acknowledge-link}}")
                .description("\u0001 {{ack\u202enowledge-link}}")
                .done()));
        var email = (Rendered.EmailMessage) message.render("en", "email");
        assertThat(email.text().split("\\{\\{acknowledge-link}}", -1)).hasSize(2);
        assertThat(email.html().split("\\{\\{acknowledge-link}}", -1)).hasSize(2);
        assertThat(((Rendered.SmsText) message.render("en", "sms")).text())
                .doesNotContain(Rendered.ACKNOWLEDGE_LINK)
                .contains("{{ acknowledge-link }}");
    }

    static Stream<Arguments> floods() {
        String latin = "water ".repeat(20_000);
        String arabic = "ماء ".repeat(25_000);
        String emoji = "\uD83C\uDF0A".repeat(50_000);
        return Stream.of(latin, arabic, emoji, "\n".repeat(100_000), "x".repeat(100_000), "€".repeat(100_000))
                .flatMap(text -> Stream.of(ResponseType.Evacuate, ResponseType.Monitor)
                        .map(response -> Arguments.of(text, response)));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void anEndlessDescriptionAndInstructionLeaveTheFacts(String text, ResponseType response) {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(Alerts.info("en", "Flood")
                .response(response)
                .headline("River over the dam")
                .area("Lower Town, zone 4")
                .description(text)
                .instruction(text)
                .done()));
        var sms = (Rendered.SmsText) message.render("en", "sms");
        assertThat(sms.segments()).isLessThanOrEqualTo(3);
        assertThat(SmsSegments.of(sms.text()).segments()).isEqualTo(sms.segments());
        assertThat(sms.text()).contains("Lower Town, zone 4", "River Authority", "YR6DB9");
        assertThat(bodyLength(message)).isLessThanOrEqualTo(1024);
        assertThat(message.toJson().length).isLessThan(200_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fr"})
    void evenWhenEveryWordIsEndlessTheCodeAndTheTimeGetThrough(String language) {
        String endless = "Überschwemmung\uD83C\uDF0A ".repeat(6_000);
        for (String template : TEMPLATES.names()) {
            FrozenMessage message = TEMPLATES.freeze(endless(endless), template);
            var sms = (Rendered.SmsText) message.render(language, "sms");
            assertThat(sms.segments()).as(template).isLessThanOrEqualTo(3);
            assertThat(sms.text()).as(template).contains("YR6DB9").contains("2026 14:05");
            assertThat(bodyLength(message)).as(template).isLessThanOrEqualTo(1024);
            assertThat(((Rendered.EmailMessage) message.render(language, "email")).subject())
                    .hasSizeLessThanOrEqualTo(200);
        }
    }

    private static Alert endless(String text) {
        return Alerts.alert(
                org.tocsin.alert.Status.Exercise,
                Alerts.info("en", text)
                        .source(text)
                        .headline(text)
                        .description(text)
                        .instruction(text)
                        .area(text, text + "2")
                        .done());
    }

    private static int bodyLength(FrozenMessage message) {
        var whatsapp = (Rendered.WhatsAppTemplate) message.render("en", "whatsapp");
        String body = message.languages().get("en").template().whatsapp().body();
        for (Rendered.NamedText parameter : whatsapp.bodyParameters()) {
            assertThat(parameter.text()).isNotBlank().doesNotContain("\n", "\t", "     ");
            body = body.replace("{{" + parameter.name() + "}}", parameter.text());
        }
        return body.length();
    }

    @Test
    void theDescriptionGoesFirstAndOnlyAsMuchOfItAsMust() {
        FrozenMessage message = TEMPLATES.freeze(Alerts.alert(Alerts.info("en", "Gas leak")
                .headline("Gas leak in Mill Street")
                .area("Mill Street")
                .instruction("Open the windows, leave the house, use no switch.")
                .description("word ".repeat(200))
                .done()));
        var sms = (Rendered.SmsText) message.render("en", "sms");
        assertThat(sms.segments()).isEqualTo(2);
        assertThat(SmsSegments.of(sms.text()).units()).isGreaterThan(285);
        assertThat(sms.text())
                .startsWith(
                        "ALERT (SEVERE): Gas leak in Mill Street\nOpen the windows, leave the house, use no switch.\n")
                .contains("word word...\n");
    }

    @Test
    void nothingThatMayBeLoggedShowsAText() {
        FrozenMessage message = TEMPLATES.freeze(
                Alerts.alert(Alerts.info("en", "CANARY").headline("CANARY").done()));
        assertThat(message + "" + message.languages() + message.render("en", "sms") + message.render("en", "email")
                        + message.render("en", "whatsapp") + SmsSegments.of("CANARY") + message.lint())
                .doesNotContain("CANARY");
    }
}
