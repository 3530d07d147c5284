package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.simulator.SimulatorSettings.Template;

class CloudApiTest {
    private static final String TO = "+33612345678";

    private final Simulator simulator = Simulator.start(SimulatorSettings.defaults()
            .withTemplates(List.of(
                    new Template("flood", "fr", Template.Status.APPROVED, List.of("river")),
                    new Template("positional", "fr", Template.Status.APPROVED, List.of("1", "2")),
                    new Template("paused", "fr", Template.Status.PAUSED, List.of()),
                    new Template("disabled", "fr", Template.Status.DISABLED, List.of()),
                    new Template("pending", "fr", Template.Status.PENDING, List.of()))));
    private final Caller caller = new Caller(simulator);

    @BeforeEach
    void nothingYet() {
        assertThat(simulator.whatsApp().journal().attempts()).isZero();
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void aTemplateIsAcceptedAndStandsInTheJournal() throws Exception {
        Caller.Answer answer = caller.send(Caller.template(TO, "inc-7/r-42"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.simulated()).isTrue();
        assertThat(answer.json().path("contacts").toString())
                .isEqualTo("[{\"input\":\"+33612345678\",\"wa_id\":\"33612345678\"}]");
        assertThat(answer.messageStatus()).isEqualTo("accepted");
        Sent sent =
                simulator.whatsApp().journal().messagesTo("+33 6 12-34-56-78").get(0);
        assertThat(sent.providerId()).isEqualTo(answer.wamid());
        assertThat(sent.callbackKey()).isEqualTo("inc-7/r-42");
        assertThat(sent.kind()).isEqualTo("template:flood/fr");
        assertThat(sent.params()).containsEntry("river", "Rhône 100% @ <3 😀");
        assertThat(sent.buttons()).containsExactly("ANSWER:inc-7/r-42");
        assertThat(sent.acceptedByProvider()).isTrue();
        assertThat(sent.onPhone()).isTrue();
    }

    /** A group stands in {@code wa_id} and at the message; a BSUID never is a {@code wa_id}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'to':'+33612345678' | {'input':'+33612345678','wa_id':'33612345678'} | ",
                "'recipient':'FR.1349' | {'input':'FR.1349','user_id':'FR.1349'} | ",
                "'recipient_type':'group','to':'Y2Fw' | {'input':'Y2Fw','wa_id':'Y2Fw'} | Y2Fw"
            })
    void eachKindOfRecipientHasItsOwnShapeOfAnswer(String recipient, String contact, String group) throws Exception {
        Caller.Answer answer =
                caller.send(("{'messaging_product':'whatsapp'," + recipient + ",'type':'text','text':{'body':'x'}}")
                        .replace('\'', '"'));

        assertThat(answer.json().path("contacts").toString()).isEqualTo("[" + contact.replace('\'', '"') + "]");
        JsonNode message = answer.json().at("/messages/0");
        assertThat(message.path("group_id").asText(null)).isEqualTo(group);
        assertThat(message.path("id").asText()).startsWith("wamid.");
        assertThat(message.has("message_status")).as("of templates only").isFalse();
    }

    @Test
    void theWamidContainsTheNumber() throws Exception {
        String wamid = caller.send(Caller.template(TO, "k")).wamid();

        byte[] inside = Base64.getDecoder().decode(wamid.substring("wamid.".length()));
        assertThat(new String(inside, StandardCharsets.ISO_8859_1)).contains("33612345678");
    }

    @Test
    void theSameBodyTwiceIsTwoMessages() throws Exception {
        String first = caller.send(Caller.template(TO, "k")).wamid();
        String second = caller.send(Caller.template(TO, "k")).wamid();

        assertThat(first).isNotEqualTo(second);
        assertThat(simulator.whatsApp().journal().messagesTo(TO)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"'+1 (650) 555-1234', 16505551234", "6505551234, 16505551234", "16505551234, 116505551234"})
    void aNumberWithoutPlusGetsTheCountryOfTheBusiness(String input, String waId) throws Exception {
        Caller.Answer answer = caller.send(Caller.template(input, "k"));

        assertThat(answer.json().at("/contacts/0/input").asText()).isEqualTo(input);
        assertThat(answer.json().at("/contacts/0/wa_id").asText()).isEqualTo(waId);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | An access token is required to request this resource.",
                "Bearer wrong | The access token is invalid.",
                "Basic simulated-access-token | An access token is required to request this resource."
            })
    void withoutTheTokenNothingIsRead(String header, String message) throws Exception {
        Caller.Answer answer = caller.call("POST", "/v25.0/106540352242922/messages", header, Caller.template(TO, "k"));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo(190);
        assertThat(answer.json().at("/error/message").asText()).contains(message);
        assertThat(answer.json().at("/error/type").asText()).isEqualTo("OAuthException");
        assertThat(simulator.whatsApp().journal().attempts()).isZero();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "100 | []",
                "100 | not json",
                "131008 | {'to':'+33612345678'}",
                "131009 | {'messaging_product':'sms','to':'+33612345678'}",
                "131008 | {'messaging_product':'whatsapp','type':'text','text':{'body':'x'}}",
                "131008 | {'messaging_product':'whatsapp','to':'+33612345678','type':'text'}",
                "131008 | {'messaging_product':'whatsapp','to':'+33612345678','type':'text','text':{}}",
                "131009 | {'messaging_product':'whatsapp','to':'someone','type':'text','text':{'body':'x'}}",
                "131009 | {'messaging_product':'whatsapp','to':'+1234567890123456','type':'text','text':{'body':'x'}}",
                "131009 | {'messaging_product':'whatsapp','to':'+33612345678','type':'poll','poll':{}}",
                "100 | {'messaging_product':'whatsapp','to':'+33612345678','type':'text','text':{'body':'x'},'tto':1}",
                "131009 | {'messaging_product':'whatsapp','to':'+33612345678','type':'image','image':{'id':'1','link':'x'}}",
                "131009 | {'messaging_product':'whatsapp','recipient':'nobody','type':'text','text':{'body':'x'}}",
                "131009 | {'messaging_product':'whatsapp','to':'+33612345678','type':'interactive','interactive':"
                        + "{'type':'button','body':{'text':'x'},'action':{'buttons':[]}}}",
                "132001 | template:unknown/fr:",
                "132001 | template:flood/en:{'type':'text','parameter_name':'river','text':'x'}",
                "132001 | template:pending/fr:",
                "132015 | template:paused/fr:",
                "132016 | template:disabled/fr:",
                "132000 | template:flood/fr:",
                "132012 | template:flood/fr:{'type':'text','text':'x'}",
                "132018 | template:flood/fr:{'type':'text','parameter_name':'lake','text':'x'}",
                "132018 | template:flood/fr:{'type':'text','parameter_name':'river','text':'a\\nb'}",
                "132018 | template:flood/fr:{'type':'text','parameter_name':'river','text':'a     b'}",
                "131008 | template:flood/fr:{'type':'text','parameter_name':'river','text':''}",
                "132012 | template:positional/fr:{'type':'text','parameter_name':'a','text':'x'},{'type':'text','text':'x'}",
            })
    void whatIsWrongIsRefusedWithItsCode(int code, String body) throws Exception {
        Caller.Answer answer = caller.send(expand(body));

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(code == 132001 ? 404 : 400);
        assertThat(answer.json().at("/error/fbtrace_id").asText()).isNotEmpty();
        assertThat(simulator.whatsApp().journal().accepted()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "template:flood/fr:{'type':'text','parameter_name':'river','text':'x    y'}",
                "template:positional/fr:{'type':'text','text':'a'},{'type':'text','text':'b'}",
                "{'messaging_product':'whatsapp','to':'+33612345678','type':'text','text':{'body':'x'}}",
                "{'messaging_product':'whatsapp','to':'+33612345678','type':'location','location':"
                        + "{'latitude':1.5,'longitude':-2}}",
                "{'messaging_product':'whatsapp','to':'+33612345678','type':'interactive','interactive':{'type':'button',"
                        + "'body':{'text':'Safe?'},'action':{'buttons':[{'type':'reply','reply':{'id':'1','title':'Yes'}}]}}}",
                "{'messaging_product':'whatsapp','to':'+33612345678','type':'document','document':{'id':'1'}}",
            })
    void whatIsRightIsAccepted(String body) throws Exception {
        assertThat(caller.send(expand(body)).status()).isEqualTo(200);
    }

    private static String expand(String body) {
        if (!body.startsWith("template:")) {
            return body.replace('\'', '"');
        }
        String[] parts = body.substring("template:".length()).split("[/:]", 3);
        return """
                {"messaging_product":"whatsapp","to":"+33612345678","type":"template","template":
                 {"name":"%s","language":{"code":"%s"},"components":[{"type":"body","parameters":[%s]}]}}""".formatted(parts[0], parts[1], parts[2].replace('\'', '"'));
    }

    @Test
    void aBusinessScopedUserIdIsAnsweredWithoutWaId() throws Exception {
        Caller.Answer answer = caller.send("""
                {"messaging_product":"whatsapp","recipient":"US.13491208655302741918","type":"template","template":
                 {"name":"flood","language":{"code":"fr"},"components":[{"type":"body","parameters":[
                  {"type":"text","parameter_name":"river","text":"x"}]}]}}""");

        assertThat(answer.json().at("/contacts/0").toString())
                .isEqualTo("{\"input\":\"US.13491208655302741918\",\"user_id\":\"US.13491208655302741918\"}");
    }

    @Test
    void aReadReceiptIsAnsweredWithSuccess() throws Exception {
        Caller.Answer answer =
                caller.send("{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"wamid.x\"}");

        assertThat(answer.json().path("success").asBoolean()).isTrue();
        assertThat(simulator.whatsApp().journal().attempts()).isZero();
    }

    @Test
    void aBodyOverOneMegabyteAndDeepJsonAreRefused() throws Exception {
        assertThat(caller.send("x".repeat(2_000_000)).status()).isEqualTo(413);
        assertThat(caller.send("[".repeat(100_000)).code()).isEqualTo(100);
    }

    @Test
    void anotherNumberOrPathIsAnError() throws Exception {
        String bearer = "Bearer simulated-access-token";
        assertThat(caller.call("POST", "/v25.0/1/messages", bearer, "{}").code())
                .isEqualTo(33);
        assertThat(caller.call("POST", "/messages", bearer, "{}").code()).isEqualTo(100);
        assertThat(caller.call("POST", "/v25.0/106540352242922/marketing_messages", bearer, "{}")
                        .code())
                .isEqualTo(131055);
    }

    @Test
    void healthFollowsTheFaultsOfTheAccount() throws Exception {
        assertThat(health()).isEqualTo("AVAILABLE");

        simulator.whatsApp().faultForAll(Fault.refused(131042));
        assertThat(health()).isEqualTo("BLOCKED");

        simulator.whatsApp().clearFaults();
        assertThat(health()).isEqualTo("AVAILABLE");
    }

    private String health() throws Exception {
        return caller.call(
                        "GET",
                        "/v25.0/106540352242922?fields=health_status,quality_rating",
                        "Bearer simulated-access-token",
                        null)
                .json()
                .at("/health_status/can_send_message")
                .asText();
    }

    @Test
    void latencyIsKept() throws Exception {
        try (Simulator slow = Simulator.start(SimulatorSettings.defaults().withLatency(Duration.ofMillis(150)))) {
            long before = System.nanoTime();
            assertThat(new Caller(slow).send(Caller.template(TO, "k")).status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
        }
    }
}
