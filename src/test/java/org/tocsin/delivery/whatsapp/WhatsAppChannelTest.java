package org.tocsin.delivery.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.DeliveryChannelContract;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.Accepted;
import org.tocsin.delivery.DeliveryOutcome.ChannelDown;
import org.tocsin.delivery.DeliveryOutcome.Held;
import org.tocsin.delivery.DeliveryOutcome.Misconfigured;
import org.tocsin.delivery.DeliveryOutcome.OptedOut;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.DeliveryOutcome.TemplateUnusable;
import org.tocsin.delivery.DeliveryOutcome.Throttled;
import org.tocsin.delivery.DeliveryOutcome.Unconfirmed;
import org.tocsin.delivery.DeliveryOutcome.Unreachable;
import org.tocsin.delivery.DeliveryRefused;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;
import org.tocsin.message.Rendered;
import org.tocsin.message.Rendered.MediaHeader;
import org.tocsin.message.Rendered.NamedText;
import org.tocsin.message.Rendered.QuickReply;
import org.tocsin.message.Rendered.WhatsAppTemplate;
import org.tocsin.privacy.Secret;

class WhatsAppChannelTest extends DeliveryChannelContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TAKEN = """
            {"messaging_product":"whatsapp","contacts":[{"input":"+16505551234","wa_id":"16505551234"}],\
            "messages":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI","message_status":"%s"}]}""";

    private final WhatsAppChannel channel = new WhatsAppChannel(Secret.of("EAAx-token"), java.time.Clock.systemUTC());

    @Override
    protected DeliveryChannel channel() {
        return channel;
    }

    @Override
    protected String path() {
        return "1/messages";
    }

    @Override
    protected String address() {
        return "+16505551234";
    }

    @Override
    protected Rendered message() {
        return template(null);
    }

    @Override
    protected ProviderResponse accepted() {
        return answer(200, "{\"messages\":[{\"id\":\"wamid.HBgL\"}]}");
    }

    private static WhatsAppTemplate template(WhatsAppTemplate spare) {
        return new WhatsAppTemplate(
                "flood@3f9a1c2b",
                "flood_alert",
                "en_US",
                List.of(new NamedText("river", "Rio \"Grande\" ${bean:x}"), new NamedText("until", "18:00 – é 🌊")),
                new MediaHeader("image", "https://hub.example/m/flood.png"),
                List.of(new QuickReply(0, "SAFE"), new QuickReply(1, "NEED_HELP")),
                spare);
    }

    private static ProviderResponse answer(int status, String body) {
        return new ProviderResponse(body, Map.of("CamelHttpResponseCode", status));
    }

    private static String error(long code) {
        return """
                {"error":{"message":"(#%d) to +16505551234 CANARY","type":"OAuthException","code":%d,\
                "error_data":{"messaging_product":"whatsapp","details":"CANARY"},"error_subcode":2494055,\
                "fbtrace_id":"Az8or2yhqkZfEZ-_4Qn_Bam"}}""".formatted(code, code);
    }

    @Test
    void writesTheTemplateMessageOfTheReference() throws IOException {
        ProviderRequest request = channel.toRequest(delivery(address(), message()));
        assertThat(JSON.readTree((byte[]) request.body())).isEqualTo(JSON.readTree("""
                {"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"template",
                 "template":{"name":"flood_alert","language":{"code":"en_US"},"components":[
                  {"type":"header","parameters":[{"type":"image","image":{"link":"https://hub.example/m/flood.png"}}]},
                  {"type":"body","parameters":[
                    {"type":"text","parameter_name":"river","text":"Rio \\"Grande\\" ${bean:x}"},
                    {"type":"text","parameter_name":"until","text":"18:00 – é 🌊"}]},
                  {"type":"button","sub_type":"quick_reply","index":"0",
                   "parameters":[{"type":"payload","payload":"SAFE:k-7.32_00"}]},
                  {"type":"button","sub_type":"quick_reply","index":"1",
                   "parameters":[{"type":"payload","payload":"NEED_HELP:k-7.32_00"}]}]},
                 "biz_opaque_callback_data":"k-7.32_00"}"""));
        assertThat(request.headers())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "CamelHttpMethod", "POST",
                        "CamelHttpPath", "1/messages",
                        "Authorization", "Bearer EAAx-token",
                        "Content-Type", "application/json",
                        "User-Agent", "tocsin/1.0.0"));
    }

    @Test
    void leavesOutComponentsThatATemplateHasNot() throws IOException {
        var bare = new WhatsAppTemplate("v", "plain", "fr", List.of(), null, List.of(), null);
        JsonNode body = JSON.readTree(
                (byte[]) channel.toRequest(delivery(address(), bare)).body());
        assertThat(body.path("template").path("components")).isEmpty();
    }

    @Test
    void usesTheSpareTemplateWhenTold() throws IOException {
        var spare = new WhatsAppTemplate("v", "flood_alert_2", "en_US", List.of(), null, List.of(), null);
        JsonNode body = JSON.readTree(
                (byte[]) channel.toRequest(withSpare(template(spare))).body());
        assertThat(body.path("template").path("name").textValue()).isEqualTo("flood_alert_2");
        assertThat(catchThrowableOfType(DeliveryRefused.class, () -> channel.toRequest(withSpare(template(null))))
                        .outcome())
                .isEqualTo(new TemplateUnusable("no-spare-template"));
    }

    private Delivery withSpare(Rendered message) {
        return new Delivery(1, 1, 1, "whatsapp", "1", address(), "k", 2, true, null, EXPIRES, message);
    }

    @Test
    void repairsATextThatATruncationCutInTwo() throws IOException {
        var half = new WhatsAppTemplate(
                "v", "n", "en", List.of(new NamedText("a", "\uDF0A flood 🌊 \uD83C")), null, List.of(), null);
        JsonNode body = JSON.readTree(
                (byte[]) channel.toRequest(delivery(address(), half)).body());
        assertThat(body.at("/template/components/0/parameters/0/text").textValue())
                .isEqualTo("\uFFFD flood 🌊 \uFFFD");
    }

    @Test
    void doesNotStartWithoutATokenAndNamesTheKey() {
        assertThatThrownBy(() -> new WhatsAppChannel(Secret.of(" "), java.time.Clock.systemUTC()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tocsin.whatsapp.access-token");
        assertThatThrownBy(() -> new WhatsAppChannel(Secret.of("CANARY\r\nX: y"), java.time.Clock.systemUTC()))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("CANARY");
    }

    static Stream<Arguments> answers() {
        String id = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI";
        String html = "<html>502 Bad Gateway +16505551234</html>";
        return Stream.of(
                Arguments.of(200, TAKEN.formatted("accepted"), new Accepted(id)),
                Arguments.of(200, TAKEN.formatted("held_for_quality_assessment"), new Held(id)),
                Arguments.of(200, TAKEN.formatted("paused"), new Held(id)),
                Arguments.of(200, TAKEN.formatted("something_new"), new Accepted(id)),
                Arguments.of(
                        200,
                        "{\"contacts\":[{\"input\":\"US.1349\",\"user_id\":\"US.1349\"}],\"messages\":[{\"id\":\"wamid.x\"}]}",
                        new Accepted("wamid.x")),
                Arguments.of(200, TAKEN.formatted("accepted").substring(0, 110), new Unconfirmed("answer-unreadable")),
                Arguments.of(200, TAKEN.formatted("accepted") + "{}", new Unconfirmed("answer-unreadable")),
                Arguments.of(200, "", new Unconfirmed("answer-unreadable")),
                Arguments.of(200, "{\"success\":true}", new Unconfirmed("answer-without-id")),
                Arguments.of(
                        200,
                        "{\"messages\":[{\"id\":\"wamid.x\"}],\"error\":{\"code\":131026}}",
                        new Unconfirmed("answer-unclear")),
                Arguments.of(200, error(131026), new Rejected("131026", true)),
                Arguments.of(200, error(987654), new Unconfirmed("987654")),
                Arguments.of(400, error(130429), new Throttled("130429", Duration.ofSeconds(2))),
                Arguments.of(
                        400, error(131056), new Throttled("131056", Duration.ofSeconds(1), Throttled.Scope.PERSON)),
                Arguments.of(400, error(80007), new Throttled("80007", Duration.ofSeconds(60))),
                Arguments.of(400, error(4), new Throttled("4", Duration.ofSeconds(60))),
                Arguments.of(500, error(131057), new Throttled("131057", Duration.ofSeconds(15))),
                Arguments.of(500, error(2494100), new Throttled("2494100", Duration.ofSeconds(15))),
                Arguments.of(503, error(2), new Unreachable("2")),
                Arguments.of(500, error(131016), new Unreachable("131016")),
                Arguments.of(503, error(133004), new Unreachable("133004")),
                Arguments.of(500, error(131000), new Unconfirmed("131000")),
                Arguments.of(400, error(1), new Unconfirmed("1")),
                Arguments.of(401, error(190), new ChannelDown("190")),
                Arguments.of(401, error(0), new ChannelDown("0")),
                Arguments.of(403, error(10), new ChannelDown("10")),
                Arguments.of(403, error(200), new ChannelDown("200")),
                Arguments.of(403, error(299), new ChannelDown("299")),
                Arguments.of(403, error(131031), new ChannelDown("131031")),
                Arguments.of(400, error(131042), new ChannelDown("131042")),
                Arguments.of(400, error(131048), new ChannelDown("131048")),
                Arguments.of(400, error(131026), new Rejected("131026", true)),
                Arguments.of(400, error(131049), new Rejected("131049", false)),
                Arguments.of(403, error(130497), new Rejected("130497", false)),
                Arguments.of(400, error(135000), new Rejected("135000", false)),
                Arguments.of(400, error(131050), new OptedOut("131050")),
                Arguments.of(400, error(131047), new TemplateUnusable("131047")),
                Arguments.of(404, error(132001), new TemplateUnusable("132001")),
                Arguments.of(400, error(132015), new TemplateUnusable("132015")),
                Arguments.of(400, error(131053), new TemplateUnusable("131053")),
                Arguments.of(400, error(100), new Misconfigured("100")),
                Arguments.of(400, error(131008), new Misconfigured("131008")),
                Arguments.of(400, error(132000), new Misconfigured("132000")),
                Arguments.of(400, "{\"error\":{\"code\":\"131026\"}}", new Rejected("131026", true)),
                Arguments.of(400, error(987654), new Rejected("987654", false)),
                Arguments.of(500, error(987654), new Unconfirmed("987654")),
                Arguments.of(400, html, new Rejected("http-400", false)),
                Arguments.of(404, "", new Rejected("http-404", false)),
                Arguments.of(400, "{\"error\":{\"message\":\"no code\"}}", new Rejected("http-400", false)),
                Arguments.of(401, "", new ChannelDown("http-401")),
                Arguments.of(403, html, new ChannelDown("http-403")),
                Arguments.of(302, "", new ChannelDown("http-302")),
                Arguments.of(408, "", new Unconfirmed("http-408")),
                Arguments.of(429, "", new Throttled("http-429", Duration.ofSeconds(4))),
                Arguments.of(502, html, new Unconfirmed("http-502")),
                Arguments.of(503, "", new Unconfirmed("http-503")),
                Arguments.of(0, "", new Unconfirmed("http-none")));
    }

    @ParameterizedTest(name = "{0} {1} → {2}")
    @MethodSource("answers")
    void readsWhatAnAnswerMeans(int status, String body, DeliveryOutcome outcome) {
        assertThat(channel.toOutcome(answer(status, body))).isEqualTo(outcome);
        assertThat(channel.toOutcome(answer(status, body)).toString()).doesNotContain("CANARY", "+1650");
    }

    static Stream<Arguments> retryAfter() {
        String date = "Sun, 22 Nov 2026 12:00:00 GMT";
        return Stream.of(
                Arguments.of(
                        error(130429), Map.of("retry-after", "30"), new Throttled("130429", Duration.ofSeconds(30))),
                Arguments.of(error(130429), Map.of("Retry-After", "1"), new Throttled("130429", Duration.ofSeconds(2))),
                Arguments.of(
                        error(130429), Map.of("Retry-After", "-5"), new Throttled("130429", Duration.ofSeconds(2))),
                Arguments.of(
                        error(130429), Map.of("Retry-After", "soon"), new Throttled("130429", Duration.ofSeconds(2))),
                Arguments.of(
                        error(130429), Map.of("Retry-After", "99999999"), new Throttled("130429", Duration.ofHours(1))),
                Arguments.of(error(2), Map.of("Retry-After", "7"), new Throttled("2", Duration.ofSeconds(7))),
                Arguments.of(
                        "",
                        Map.of("Retry-After", "Sun, 22 Nov 2026 12:00:20 GMT", "Date", date),
                        new Throttled("http-429", Duration.ofSeconds(20))),
                Arguments.of(error(131026), Map.of("Retry-After", "7"), new Rejected("131026", true)));
    }

    @ParameterizedTest
    @MethodSource("retryAfter")
    void honoursRetryAfter(String body, Map<String, Object> given, DeliveryOutcome outcome) {
        Map<String, Object> headers = new HashMap<>(given);
        headers.put("CamelHttpResponseCode", 429);
        assertThat(channel.toOutcome(new ProviderResponse(body, headers))).isEqualTo(outcome);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new io.netty.channel.ConnectTimeoutException("connection timed out: /1.2.3.4:443"),
                        new Unreachable("connect-timeout")),
                Arguments.of(new io.vertx.core.http.ConnectionPoolTooBusyException("x"), new Unreachable("pool-busy")),
                Arguments.of(
                        new org.apache.hc.client5.http.ConnectTimeoutException("x"),
                        new Unreachable("connect-timeout")),
                Arguments.of(
                        new org.apache.hc.client5.http.HttpHostConnectException("x"),
                        new Unreachable("connect-refused")),
                Arguments.of(new io.vertx.core.http.HttpClosedException("x"), new Unconfirmed("closed")),
                Arguments.of(
                        new io.vertx.core.impl.NoStackTraceTimeoutException("The timeout period of 5000ms"),
                        new Unconfirmed("read-timeout")),
                Arguments.of(new SocketTimeoutException("Read timed out"), new Unconfirmed("read-timeout")),
                Arguments.of(new IOException("Connection reset by peer"), new Unconfirmed("no-answer")));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void tellsUnsentFromUnknown(Throwable failure, DeliveryOutcome outcome) {
        assertThat(channel.toOutcome(failure)).isEqualTo(outcome);
        assertThat(channel.toOutcome(new RuntimeException(failure))).isEqualTo(outcome);
    }

    @ParameterizedTest(name = "{0} s left: {1}")
    @CsvSource({
        "3700, flood",
        "3615, flood",
        "3614, flood_600",
        "615, flood_600",
        "614, flood_60",
        "75, flood_60",
        "74, TemplateUnusable[code=outlives-alert]",
        "0, TemplateUnusable[code=outlives-alert]",
        "-5, TemplateUnusable[code=outlives-alert]"
    })
    void theTemplateIsTheOneThatTheProviderGivesUpBeforeTheAlertEnds(long left, String sent) {
        var now = java.time.Instant.parse("2026-11-22T03:00:00Z");
        var bounded =
                new WhatsAppChannel(Secret.of("EAAx-token"), java.time.Clock.fixed(now, java.time.ZoneOffset.UTC));
        var flood = new WhatsAppTemplate(
                "v",
                "flood",
                "fr",
                List.of(),
                null,
                List.of(),
                null,
                3600,
                List.of(living("flood_600", 600), living("flood_60", 60)));
        Delivery delivery =
                new Delivery(1, 1, 1, "whatsapp", "1", address(), "k", 0, false, null, now.plusSeconds(left), flood);

        if (sent.startsWith("TemplateUnusable")) {
            assertThatThrownBy(() -> bounded.toRequest(delivery))
                    .isInstanceOfSatisfying(DeliveryRefused.class, refused -> assertThat(refused.outcome())
                            .hasToString(sent));
        } else {
            assertThat(new String((byte[]) bounded.toRequest(delivery).body(), java.nio.charset.StandardCharsets.UTF_8))
                    .contains("\"name\":\"" + sent + "\"");
        }
    }

    private static WhatsAppTemplate living(String name, int seconds) {
        return new WhatsAppTemplate("v", name, "fr", List.of(), null, List.of(), null, seconds, List.of());
    }
}
