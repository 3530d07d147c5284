package org.tocsin.delivery.whatsapp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.ChannelDown;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.DeliveryOutcome.TemplateUnusable;
import org.tocsin.delivery.DeliveryOutcome.Throttled;
import org.tocsin.delivery.DeliveryOutcome.Unreachable;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.delivery.Pricing;
import org.tocsin.delivery.Receipt;
import org.tocsin.privacy.Secret;

class WhatsAppWebhookTest {
    private static final Secret APP_SECRET = Secret.of("s3cret");
    private static final Instant NOW = Instant.ofEpochSecond(1750030100);
    private static final Instant AT = Instant.ofEpochSecond(1750030073);

    private static String signature(String secret, byte[] raw) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(raw));
    }

    @Test
    void takesOnlyASignatureOverTheRawBytes() throws Exception {
        byte[] raw = "{\"text\":\"\\u00e9 a\\/b \\u0040\"}".getBytes(UTF_8);
        byte[] rewritten = "{\"text\":\"é a/b @\"}".getBytes(UTF_8);
        String good = "sha256=" + signature("s3cret", raw);
        WhatsAppWebhook webhook = new WhatsAppWebhook(APP_SECRET, Secret.of("v"));
        assertThat(webhook.verify(raw, good)).isTrue();
        assertThat(webhook.verify(rewritten, good)).isFalse();
        assertThat(webhook.verify(raw, "sha256=" + signature("other", raw))).isFalse();
        assertThat(webhook.verify(new byte[0], good)).isFalse();
    }

    @Test
    void knowsTheHmacOfRfc4231() {
        byte[] raw = "what do ya want for nothing?".getBytes(UTF_8);
        assertThat(WhatsAppWebhook.verify(
                        raw,
                        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                        Secret.of("Jefe")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256=",
                "sha1=00",
                "sha256=zz",
                "x",
                "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec384"
            })
    void refusesAHeaderThatIsNoSignature(String header) {
        assertThat(WhatsAppWebhook.verify(new byte[0], header, APP_SECRET)).isFalse();
        assertThat(WhatsAppWebhook.verify(new byte[0], null, APP_SECRET)).isFalse();
        assertThat(WhatsAppWebhook.verify(new byte[0], "sha256=" + "g".repeat(64), APP_SECRET))
                .isFalse();
    }

    @Test
    void doesNotStartWithAnEmptySecretAndNamesTheKey() {
        assertThatThrownBy(() -> new WhatsAppWebhook(Secret.of(""), Secret.of("v")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tocsin.whatsapp.app-secret");
        assertThatThrownBy(() -> new WhatsAppWebhook(APP_SECRET, Secret.of(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tocsin.whatsapp.verify-token");
        assertThatThrownBy(() -> WhatsAppWebhook.verify(new byte[0], "sha256=", Secret.of("")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void answersTheHandshakeWithTheBareChallenge() {
        WhatsAppWebhook webhook = new WhatsAppWebhook(APP_SECRET, Secret.of("token"));
        assertThat(webhook.handshake("subscribe", "1158201444", "token")).contains("1158201444");
        assertThat(webhook.handshake("subscribe", "1158201444", "wrong")).isEmpty();
        assertThat(webhook.handshake("unsubscribe", "1158201444", "token")).isEmpty();
        assertThat(webhook.handshake("subscribe", "<script>", "token")).isEmpty();
        assertThat(webhook.handshake(null, null, null)).isEmpty();
    }

    private static String status(String word, String rest) {
        return """
                {"id":"wamid.A","status":"%s","timestamp":"1750030073","recipient_id":"16505551234",\
                "recipient_user_id":"US.1349","biz_opaque_callback_data":"k-7"%s}""".formatted(word, rest);
    }

    private static String body(String value) {
        return """
                {"object":"whatsapp_business_account","entry":[{"id":"WABA","changes":[{"field":"messages","value":{
                 "messaging_product":"whatsapp",
                 "metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},
                 "contacts":[{"profile":{"name":"Pablo","username":"@p"},"wa_id":"16505551234","user_id":"US.1349"}],%s}}]}]}""".formatted(value);
    }

    private static WhatsAppEvents parse(String body) {
        return WhatsAppWebhook.parse(body.getBytes(UTF_8), NOW);
    }

    static Stream<Arguments> statuses() {
        String errors = ",\"errors\":[{\"code\":%s,\"title\":\"CANARY\",\"message\":\"CANARY\"}]";
        return Stream.of(
                Arguments.of("sent", "", Receipt.Kind.SENT, null),
                Arguments.of("delivered", ",\"pricing\":{}", Receipt.Kind.DELIVERED, null),
                Arguments.of("read", "", Receipt.Kind.READ, null),
                Arguments.of("played", "", Receipt.Kind.READ, null),
                Arguments.of("failed", errors.formatted("131049"), Receipt.Kind.FAILED, new Rejected("131049", false)),
                Arguments.of("failed", errors.formatted("131026"), Receipt.Kind.FAILED, new Rejected("131026", true)),
                Arguments.of(
                        "failed", errors.formatted("\"131026\""), Receipt.Kind.FAILED, new Rejected("131026", true)),
                Arguments.of("failed", errors.formatted("135000"), Receipt.Kind.FAILED, new Rejected("135000", false)),
                Arguments.of("failed", errors.formatted("132015"), Receipt.Kind.FAILED, new TemplateUnusable("132015")),
                Arguments.of("failed", errors.formatted("131042"), Receipt.Kind.FAILED, new ChannelDown("131042")),
                Arguments.of(
                        "failed",
                        errors.formatted("130429"),
                        Receipt.Kind.FAILED,
                        new Throttled("130429", Duration.ofSeconds(2))),
                Arguments.of("failed", errors.formatted("131000"), Receipt.Kind.FAILED, new Unreachable("131000")),
                Arguments.of("failed", errors.formatted("987654"), Receipt.Kind.FAILED, new Rejected("987654", false)),
                Arguments.of("failed", "", Receipt.Kind.FAILED, new Rejected("failed", false)),
                Arguments.of("failed", ",\"errors\":\"CANARY\"", Receipt.Kind.FAILED, new Rejected("failed", false)));
    }

    @ParameterizedTest(name = "{0}{1} → {2} {3}")
    @MethodSource("statuses")
    void readsAStatus(String word, String rest, Receipt.Kind kind, DeliveryOutcome failure) {
        WhatsAppEvents events = parse(body("\"statuses\":[" + status(word, rest) + "]"));
        assertThat(events.receipts()).containsExactly(new Receipt("whatsapp", "k-7", "wamid.A", kind, AT, failure));
        assertThat(events.unreadable()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"billable":true,"pricing_model":"PMP","type":"regular","category":"utility"} | true  | UTILITY   | REGULAR
            {"billable":false,"type":"free_customer_service","category":"service"}        | false | SERVICE   | FREE_CUSTOMER_SERVICE
            {"billable":false,"type":"free_entry_point","category":"marketing"}           | false | MARKETING | FREE_ENTRY_POINT
            {"billable":true,"type":7,"category":"of tomorrow"}                           | true  | OTHER     | OTHER
            {"billable":true}                                                             | true  | OTHER     | OTHER
            {"billable":"yes","category":"utility"}                                       |       |           |
            "free"                                                                        |       |           |
            """)
    void readsHowAMessageIsBilled(String json, Boolean billable, Pricing.Category category, Pricing.Type type) {
        Receipt receipt = parse(body("\"statuses\":[" + status("sent", ",\"pricing\":" + json) + "]"))
                .receipts()
                .get(0);
        assertThat(receipt.pricing()).isEqualTo(billable == null ? null : new Pricing(billable, category, type));
    }

    @Test
    void readsFailedWithoutContactsAndWithoutARecipient() {
        WhatsAppEvents events = parse("""
                {"entry":[{"changes":[{"field":"messages","value":{"statuses":[
                 {"id":"wamid.A","status":"failed","timestamp":"1750030073","errors":[{"code":131026}]}]}}]}]}""");
        assertThat(events.receipts())
                .containsExactly(new Receipt(
                        "whatsapp", null, "wamid.A", Receipt.Kind.FAILED, AT, new Rejected("131026", true)));
    }

    @Test
    void readsSeveralEntriesAndChangesInTheirOrder() {
        String change = "{\"field\":\"messages\",\"value\":{\"statuses\":[%s]}}";
        String body =
                "{\"entry\":[{\"changes\":[" + change.formatted(status("read", "") + "," + status("sent", "")) + ","
                        + change.formatted(status("delivered", "")) + "]},{\"changes\":["
                        + change.formatted(status("read", ""))
                        + ",{\"field\":\"message_template_status_update\",\"value\":{}}]}]}";
        WhatsAppEvents events = parse(body);
        assertThat(events.receipts())
                .extracting(Receipt::kind)
                .containsExactly(Receipt.Kind.READ, Receipt.Kind.SENT, Receipt.Kind.DELIVERED, Receipt.Kind.READ);
        assertThat(events.ignored()).isEqualTo(1);
    }

    static Stream<Arguments> messages() {
        String context = ",\"context\":{\"from\":\"15550783881\",\"id\":\"wamid.OURS\"}";
        return Stream.of(
                Arguments.of("\"type\":\"text\",\"text\":{\"body\":\"I am safe\"}", null, "I am safe", null),
                Arguments.of(
                        "\"type\":\"button\",\"button\":{\"payload\":\"SAFE:k-7\",\"text\":\"I am safe\"}" + context,
                        "SAFE:k-7",
                        "I am safe",
                        "wamid.OURS"),
                Arguments.of(
                        "\"type\":\"interactive\",\"interactive\":{\"type\":\"button_reply\",\"button_reply\":"
                                + "{\"id\":\"NEED_HELP:k-7\",\"title\":\"Help\"}}" + context,
                        "NEED_HELP:k-7",
                        "Help",
                        "wamid.OURS"),
                Arguments.of(
                        "\"type\":\"interactive\",\"interactive\":{\"type\":\"list_reply\",\"list_reply\":"
                                + "{\"id\":\"SAFE:k-7\",\"title\":\"t\",\"description\":\"d\"}}",
                        "SAFE:k-7",
                        "t",
                        null),
                Arguments.of(
                        "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.OURS\",\"emoji\":\"\\ud83d\\udc4d\"}",
                        null,
                        "👍",
                        "wamid.OURS"),
                Arguments.of(
                        "\"type\":\"image\",\"image\":{\"id\":\"1\",\"caption\":\"our street\"}",
                        null,
                        "our street",
                        null),
                Arguments.of("\"type\":\"audio\",\"audio\":{\"id\":\"1\"}", null, null, null),
                Arguments.of("\"type\":\"sticker\",\"sticker\":{\"id\":\"1\"}", null, null, null),
                Arguments.of("\"type\":\"location\",\"location\":{\"latitude\":1}", null, null, null),
                Arguments.of("\"type\":\"contacts\",\"contacts\":[{}]", null, null, null),
                Arguments.of("\"type\":\"order\",\"order\":{}", null, null, null),
                Arguments.of("\"type\":\"text\",\"text\":\"CANARY\"", null, null, null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void readsAMessageOfEachType(String content, String payload, String text, String contextId) {
        WhatsAppEvents events = parse(body("\"messages\":[{\"from\":\"16505551234\",\"from_user_id\":\"US.1349\","
                + "\"id\":\"wamid.IN\",\"timestamp\":\"1750030073\"," + content + "}]"));
        assertThat(events.messages())
                .containsExactly(
                        new InboundMessage("whatsapp", "+16505551234", "wamid.IN", contextId, payload, text, AT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"type\":\"system\",\"system\":{\"type\":\"user_changed_number\",\"wa_id\":\"1650\"}",
                "\"type\":\"unsupported\",\"errors\":[{\"code\":131051}]",
                "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.OURS\"}",
                "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.OURS\",\"emoji\":\"\"}",
                "\"type\":\"something_new\",\"something_new\":{}"
            })
    void whatNobodySaidIsNoMessage(String content) {
        WhatsAppEvents events = parse(body(
                "\"messages\":[{\"from\":\"16505551234\",\"id\":\"wamid.IN\",\"timestamp\":\"1\"," + content + "}]"));
        assertThat(events.messages()).isEmpty();
        assertThat(events.ignored()).isEqualTo(1);
        assertThat(events.unreadable()).isZero();
    }

    @Test
    void tellsWhatBecameOfTheNumberAndWhichKeyItIsAbout() {
        String change = "{\"entry\":[{\"changes\":[{\"field\":\"phone_number_quality_update\",\"value\":{"
                + "\"display_phone_number\":\"15550783881\",\"event\":\"%s\",\"current_limit\":\"TIER_UNLIMITED\"}}]}]}";
        assertThat(parse(change.formatted("THROUGHPUT_UPGRADE")).accountCodes())
                .singleElement()
                .asString()
                .startsWith("THROUGHPUT_UPGRADE")
                .contains("tocsin.whatsapp.messages-per-second");
        assertThat(parse(change.formatted("FLAGGED")).accountCodes()).containsExactly("FLAGGED");
        assertThat(parse(change.formatted("no word\\nof Meta")))
                .satisfies(events -> assertThat(events.accountCodes()).isEmpty())
                .satisfies(events -> assertThat(events.unreadable()).isEqualTo(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\"from\":\"US.13491208655302741918\",", "\"from\":\"\",", "\"from\":7,", "\"from\":\"12\","
            })
    void keepsTheContextOfSomebodyWhoseNumberIsHidden(String from) {
        WhatsAppEvents events = parse(body("\"messages\":[{" + from
                + "\"from_user_id\":\"US.1349\",\"id\":\"wamid.IN\",\"timestamp\":\"1750030073\",\"type\":\"button\","
                + "\"context\":{\"id\":\"wamid.OURS\"},\"button\":{\"payload\":\"SAFE:k-7\",\"text\":\"x\"}}]"));
        assertThat(events.messages())
                .containsExactly(new InboundMessage("whatsapp", null, "wamid.IN", "wamid.OURS", "SAFE:k-7", "x", AT));
    }

    @Test
    void tellsErrorsOfTheAccountApart() {
        WhatsAppEvents events =
                parse(body("\"errors\":[{\"code\":130429,\"title\":\"CANARY\"},{\"code\":\"x\"},7],\"statuses\":[]"));
        assertThat(events.accountCodes()).containsExactly("130429");
        assertThat(events.unreadable()).isEqualTo(2);
        assertThat(events.toString()).doesNotContain("CANARY");
    }

    static Stream<Arguments> hostile() {
        String good = status("sent", "");
        return Stream.of(
                Arguments.of("", 0, 0, 1),
                Arguments.of("null", 0, 0, 1),
                Arguments.of("not json", 0, 0, 1),
                Arguments.of("{}", 0, 0, 1),
                Arguments.of("[]", 0, 0, 1),
                Arguments.of("{\"entry\":{}}", 0, 0, 1),
                Arguments.of("{\"entry\":[]}", 0, 0, 0),
                Arguments.of("{\"entry\":[7,null,{}]}", 0, 0, 3),
                Arguments.of("{\"entry\":[{\"changes\":[7,{\"field\":\"messages\"}]}]}", 0, 1, 1),
                Arguments.of("[".repeat(100_000), 0, 0, 1),
                Arguments.of("{\"entry\":" + "[".repeat(1000) + "]".repeat(1000) + "}", 0, 0, 1),
                Arguments.of("{\"entry\":[],\"x\":" + "9".repeat(5000) + "}", 0, 0, 1),
                Arguments.of("x".repeat(5 * 1024 * 1024), 0, 0, 1),
                Arguments.of(body("\"statuses\":{},\"messages\":7"), 0, 0, 2),
                Arguments.of(
                        body("\"statuses\":[7,{},{\"status\":\"sent\"},{\"status\":7,\"id\":\"x\"}," + good + "]"),
                        1,
                        0,
                        4),
                Arguments.of(body("\"statuses\":[" + status("warped", "") + "," + good + "]"), 1, 1, 0),
                Arguments.of(body("\"messages\":[{},{\"id\":\"x\"},{\"id\":\"a b\",\"type\":\"text\"},[]]"), 0, 0, 4),
                Arguments.of(good, 0, 0, 1));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void countsWhatItCannotReadAndGoesOn(String body, int receipts, int ignored, int unreadable) {
        WhatsAppEvents events = parse(body);
        assertThat(events.receipts()).hasSize(receipts);
        assertThat(events.ignored()).isEqualTo(ignored);
        assertThat(events.unreadable()).isEqualTo(unreadable);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x\"",
                "\"99999999999999999999\"",
                "9223372036854775807",
                "\"1850030073\"",
                "0",
                "-1",
                "null",
                "{}",
                "1.5"
            })
    void takesTheTimeOfReceiptWhereTheProvidersIsNone(String timestamp) {
        WhatsAppEvents events =
                parse(body("\"statuses\":[{\"id\":\"wamid.A\",\"status\":\"sent\",\"timestamp\":" + timestamp + "}]"));
        assertThat(events.receipts()).extracting(Receipt::at).containsExactly(NOW);
    }

    @Test
    void boundsWhatAPersonWrote() {
        WhatsAppEvents events = parse(body("\"messages\":[{\"from\":\"16505551234\",\"id\":\"wamid.IN\","
                + "\"timestamp\":\"1750030073\",\"type\":\"text\",\"text\":{\"body\":\"" + "x".repeat(900_000)
                + "\"}}]"));
        assertThat(events.messages().get(0).text()).hasSize(10_000);
    }

    @Test
    void dropsACallbackKeyThatIsNoneOfOurs() {
        WhatsAppEvents events = parse(
                body(
                        "\"statuses\":[{\"id\":\"wamid.A\",\"status\":\"sent\",\"timestamp\":\"1750030073\",\"biz_opaque_callback_data\":\"inc/7 '\"}]"));
        assertThat(events.receipts())
                .containsExactly(new Receipt("whatsapp", null, "wamid.A", Receipt.Kind.SENT, AT, null));
    }
}
