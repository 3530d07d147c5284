package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlPlaneTest {
    private static final String TO = "+33612345678";

    private final Simulator simulator = Simulator.start(SimulatorSettings.defaults());
    private final Caller caller = new Caller(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void theJournalCanBeAskedForOnePerson() throws Exception {
        caller.send(Caller.template(TO, "k-1"));
        caller.send(Caller.template("+33687654321", "k-2"));

        JsonNode entries = caller.control("GET", "/journal?to=" + URLEncoder.encode(TO, StandardCharsets.UTF_8), null)
                .json();
        assertThat(entries).hasSize(1);
        assertThat(entries.at("/0/channel").asText()).isEqualTo("whatsapp");
        assertThat(entries.at("/0/callbackKey").asText()).isEqualTo("k-1");
        assertThat(entries.at("/0/acceptedByProvider").asBoolean()).isTrue();
        assertThat(entries.at("/0/onPhone").asBoolean()).isTrue();
        assertThat(entries.at("/0/params/river").asText()).isEqualTo("Rhône 100% @ <3 😀");
        assertThat(caller.control("GET", "/journal?to=" + TO, null).json()).hasSize(1);
        assertThat(caller.control("GET", "/journal", null).json()).hasSize(2);
        assertThat(caller.control("GET", "/journal?channel=sms", null).json()).isEmpty();
        assertThat(caller.control("GET", "/counts", null)
                        .json()
                        .at("/whatsapp/accepted")
                        .asInt())
                .isEqualTo(2);

        assertThat(caller.control("DELETE", "/journal", null).status()).isEqualTo(200);
        assertThat(caller.control("GET", "/journal", null).json()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "key=k-2 | k-2",
                "outcome=refused | k-3",
                "outcome=accepted&limit=1 | k-2",
                "outcome=on-phone&to=%2B33612345678 | k-1",
                "outcome=lost | k-2",
                "until=2020-01-01T00:00:00Z | ''",
                "since=2020-01-01T00:00:00Z&limit=2 | k-2 k-3",
                "channel=sms | ''"
            })
    void theJournalAnswersQuestions(String question, String keys) throws Exception {
        simulator.whatsApp().fault("+33687654321", Fault.sentOnly());
        simulator.whatsApp().fault("+33600000003", Fault.refused(131016));
        caller.send(Caller.template(TO, "k-1"));
        caller.send(Caller.template("+33687654321", "k-2"));
        caller.send(Caller.template("+33600000003", "k-3"));

        JsonNode entries = caller.control("GET", "/journal?" + question, null).json();
        assertThat(String.join(" ", entries.findValuesAsText("callbackKey"))).isEqualTo(keys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=many", "since=yesterday", "outcome=fine"})
    void aQuestionThatMakesNoSenseIsRefused(String question) throws Exception {
        assertThat(caller.control("GET", "/journal?" + question, null).status()).isEqualTo(400);
    }

    @Test
    void itIsServedOnTheWhatsAppPortToo() throws Exception {
        Caller.Answer answer = caller.call("GET", "/_sim/assumptions", null, null);

        assertThat(answer.simulated()).isTrue();
        assertThat(answer.json()).hasSizeGreaterThan(5);
    }

    @Test
    void aFaultForOnePersonAndSomeTimes() throws Exception {
        order("{'fault':'refused','code':131016,'to':'" + TO + "','times':1}", 200);

        assertThat(caller.send(Caller.template("+33687654321", "k")).status()).isEqualTo(200);
        assertThat(caller.send(Caller.template(TO, "k")).code()).isEqualTo(131016);
        assertThat(caller.send(Caller.template(TO, "k")).status()).isEqualTo(200);
    }

    @Test
    void aFaultForAllUntilItIsTakenBack() throws Exception {
        order("{'fault':'refused','code':190}", 200);
        assertThat(caller.send(Caller.template(TO, "k")).status()).isEqualTo(401);

        assertThat(caller.control("DELETE", "/faults", null).status()).isEqualTo(200);
        assertThat(caller.send(Caller.template(TO, "k")).status()).isEqualTo(200);
    }

    @Test
    void whatsAppMayRefuseConnectionsAndListenAgain() throws Exception {
        order("{'fault':'refuse-connections'}", 200);
        assertThat(caller.control("GET", "/counts", null).status()).isEqualTo(200);

        order("{'fault':'refuse-connections','on':false}", 200);
        assertThat(caller.send(Caller.template(TO, "k")).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'fault':'silent','accepted':true}",
                "{'fault':'reset','moment':'after-accepting'}",
                "{'fault':'lost-response'}",
                "{'fault':'error-page','status':503}",
                "{'fault':'garbled','body':'empty'}",
                "{'fault':'held','afterMillis':100,'released':true}",
                "{'fault':'late','afterMillis':100,'receiptsFirst':true}",
                "{'fault':'not-on-whatsapp','to':'+33612345678'}",
                "{'fault':'failed','code':131047}",
                "{'fault':'failed-late','code':131000,'afterMillis':10}",
                "{'fault':'no-receipts'}",
                "{'fault':'sent-only'}",
                "{'fault':'not-read'}",
                "{'fault':'read-without-delivered'}",
                "{'fault':'reordered'}",
                "{'fault':'duplicated','copies':3}",
                "{'fault':'forged-receipts','probability':0.5}",
                "{'fault':'healthy','to':'+33612345678'}",
                "{'fault':'offline','after':'1h'}",
                "{'fault':'refused','code':130429,'status':429,'retryAfter':3}",
                "{'fault':'silent','to':'+33*','share':0.5,'for':'10s'}",
                "{'fault':'token-expired','for':'10s'}",
                "{'fault':'oversize-batches'}",
                "{'fault':'webhook-outage','on':true}",
                "{'channel':'sms','fault':'silent'}",
                "{'channel':'sms','fault':'reset','accepted':true}",
                "{'channel':'sms','fault':'rejected','status':69}",
                "{'channel':'sms','fault':'throttled','times':3}",
                "{'channel':'sms','fault':'unbound'}",
                "{'channel':'sms','fault':'no-receipt'}",
                "{'channel':'sms','fault':'receipt','state':'EXPIRED'}",
                "{'channel':'sms','fault':'refuse-connections','on':false}",
                "{'channel':'email','fault':'recipient-refused','code':450}",
                "{'channel':'email','fault':'content-refused'}",
                "{'channel':'email','fault':'silent','moment':'at-recipient'}",
                "{'channel':'email','fault':'reset'}",
                "{'channel':'email','fault':'refuse-connections'}",
            })
    void eachFaultHasAName(String fault) throws Exception {
        order(fault, 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "not json",
                "{'fault':'unheard-of'}",
                "{'channel':'fax','fault':'silent'}",
                "{'fault':'reset','moment':'never'}"
            })
    void whatMakesNoSenseIsRefused(String fault) throws Exception {
        order(fault, 400);
    }

    @Test
    void peopleCanBeMadeToWrite() throws Exception {
        try (Hook hook = new Hook("simulated-verify-token")) {
            Caller.Answer subscribed = caller.control("POST", "/subscribe", "{\"url\":\"" + hook.url() + "\"}");
            assertThat(subscribed.json().path("verified").asBoolean()).isTrue();
            String wamid = caller.send(Caller.template(TO, "k")).wamid();

            caller.control("POST", "/inbound", "{\"from\":\"" + TO + "\",\"text\":\"hello\"}");
            caller.control("POST", "/inbound", "{\"from\":\"" + TO + "\",\"payload\":\"ANSWER:k\",\"text\":\"OK\"}");

            await().until(() -> hook.messages().size() == 2);
            assertThat(hook.messages())
                    .anySatisfy(message ->
                            assertThat(message.at("/context/id").asText()).isEqualTo(wamid));
        }
    }

    @Test
    void aPageInABrowserMaySteerNothing() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(simulator.controlUrl() + "/faults"))
                .header("Origin", "https://evil.example")
                .POST(HttpRequest.BodyPublishers.ofString("{\"fault\":\"silent\"}"))
                .build();

        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(403);
        assertThat(caller.control("GET", "/nothing", null).status()).isEqualTo(404);
    }

    private void order(String fault, int status) throws Exception {
        assertThat(caller.control("POST", "/faults", fault.replace('\'', '"')).status())
                .isEqualTo(status);
    }
}
