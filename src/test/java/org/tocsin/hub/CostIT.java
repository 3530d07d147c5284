package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.cli.PlanCommand;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Sent;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;
import picocli.CommandLine;

/** What an alert is said to cost before, and has cost after, against what the providers' journals hold. */
class CostIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LONG = Duration.ofSeconds(40);

    private static final String SENDER = "tests@example.org";

    /** Several SMS in GSM-7. */
    private static final String LONG_HEADLINE =
            "The river has passed its highest mark. ".repeat(4).strip();

    private static Hub hub;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        hub = Hub.shared();
    }

    private record Group(List<Person> people, Person notOnWhatsApp, Person free) {
        String[] addresses() {
            return people.stream().map(Person::id).toArray(String[]::new);
        }

        Stream<Sent> whatsApp() {
            return people.stream().flatMap(person -> person.whatsApp().stream());
        }

        Stream<Sent> sms() {
            return people.stream().flatMap(person -> person.sms().stream());
        }
    }

    private static Group mixedGroup() {
        Person free = Person.at(hub, "+33639988801", "en", "whatsapp;sms;email");
        Person notOnWhatsApp = Person.at(hub, "+447700900177", "en", "whatsapp;sms");
        hub.simulator.whatsApp().fault(free.phone(), Fault.sentOnly());
        hub.simulator.whatsApp().fault(notOnWhatsApp.phone(), Fault.notOnWhatsApp());
        return new Group(
                List.of(
                        free,
                        notOnWhatsApp,
                        Person.at(hub, "+447700900178", "en", "whatsapp"),
                        Person.at(hub, "+12025550177", "fr", "whatsapp;email"),
                        Person.at(hub, "+12025550178", "en", "sms"),
                        Person.of(hub, "en", "sms;email"),
                        Person.of(hub, "en", "email"),
                        Person.of(hub)),
                notOnWhatsApp,
                free);
    }

    @Test
    void theEstimateIsWhatTheProvidersThenGetAndTheCostIsWhatTheyBill() throws Exception {
        Group group = mixedGroup();
        String name = UUID.randomUUID().toString();
        String sentAt = Cap.now();
        String alert = Cap.from(SENDER, name, sentAt, "Patience", LONG_HEADLINE, group.addresses());
        JsonNode plan = plan(alert);

        assertThat(hub.jdbc().queryForList("select 1 from alert where identifier = ?", name))
                .isEmpty();
        assertThat(Stream.concat(group.whatsApp(), group.sms())).isEmpty();
        assertThat(plan.at("/alerts/0/state").asText()).isEqualTo("PLANNING");
        JsonNode estimate = plan.path("estimate");
        assertThat(estimate.path("people").asInt()).isEqualTo(8);
        assertThat(estimate.path("languages").toString()).isEqualTo("{\"en\":7,\"fr\":1}");
        assertThat(estimate.path("firstMessages").toString()).isEqualTo("{\"email\":1,\"sms\":2,\"whatsapp\":5}");

        String id = json(hub.postAlert(alert).body()).path("id").asText();
        await().atMost(LONG).until(() -> {
            JsonNode cost = cost(id);
            return messages(cost.path("billed"), "whatsapp") == 3
                    && messages(cost.path("billed"), "sms") == 3
                    && messages(cost.path("billed"), "email") == 1
                    && messages(cost.path("open"), "whatsapp") == 1;
        });

        assertThat(messagesByCountry(estimate.path("first"), "whatsapp"))
                .isEqualTo(byCountry(group.whatsApp(), sent -> 1));
        Map<String, Long> segments =
                byCountry(group.sms(), sent -> Integer.parseInt(sent.params().get("parts")));
        assertThat(segments.get("US")).as("a text of several segments").isGreaterThan(1);
        JsonNode before = cost(id);
        assertThat(unitsByCountry(before.path("billed"), "sms")).isEqualTo(segments);
        // Who is not on WhatsApp got an SMS beside: it alone is billed, and was not among the first messages.
        long ofOne = segments.remove("GB");
        assertThat(unitsByCountry(estimate.path("first"), "sms")).isEqualTo(segments);
        assertThat(ofOne).isEqualTo(segments.get("US"));
        assertThat(messagesByCountry(before.path("failed"), "whatsapp")).isEqualTo(Map.of("GB", 1L));
        assertThat(messagesByCountry(before.path("billed"), "whatsapp"))
                .isEqualTo(Map.of("GB", 1L, "US", 1L, "FR", 1L));
        assertThat(line(before.path("billed"), "whatsapp", "GB")
                        .path("pricingType")
                        .asText())
                .isEqualTo("regular");
        assertThat(line(before.path("billed"), "whatsapp", "GB")
                        .path("category")
                        .asText())
                .isEqualTo("utility");
        assertThat(messagesByCountry(before.path("open"), "whatsapp")).isEqualTo(Map.of("FR", 1L));
        assertThat(before.path("billed").path("unknown").asInt()).isZero();

        sayThatItIsFree(group.free().whatsApp().get(0));

        await().atMost(LONG).until(() -> messages(cost(id).path("free"), "whatsapp") == 1);
        JsonNode after = cost(id);
        assertThat(after.at("/open/lines")).isEmpty();
        assertThat(line(after.path("free"), "whatsapp", "FR").path("cost").asText())
                .isEqualTo("0");
        assertThat(line(after.path("free"), "whatsapp", "FR")
                        .path("pricingType")
                        .asText())
                .isEqualTo("free_entry_point");
        assertThat(after.path("billed")).isEqualTo(before.path("billed"));
        // 1 WhatsApp each, and the segments, at the prices of config/prices.csv; e-mail costs nothing.
        assertThat(total(after, "EUR")).isEqualByComparingTo(sum("0.0300", 1).add(sum("0.0450", segments.get("FR"))));
        assertThat(total(after, "GBP")).isEqualByComparingTo(sum("0.0220", 1).add(sum("0.0350", ofOne)));
        assertThat(total(after, "USD")).isEqualByComparingTo(sum("0.0040", 1).add(sum("0.0083", segments.get("US"))));

        // Whoever was reached is told by the channel that did it.
        JsonNode cancel = plan(Cap.cancel(SENDER, UUID.randomUUID().toString(), SENDER, name, sentAt));
        assertThat(cancel.at("/estimate/firstMessages").toString()).isEqualTo("{\"email\":1,\"sms\":3,\"whatsapp\":4}");
        assertThat(cost(id)).isEqualTo(after);
        assertThat(plan(alert).at("/alerts/0/state").asText()).isEqualTo("KNOWN");
    }

    private static JsonNode plan(String alert) {
        return json(hub.post("/api/alerts/plan", Hub.TRIGGER_KEY, "application/json", alert)
                .body());
    }

    @Test
    void planPrintsItAndNobodysData() throws Exception {
        Person one = Person.at(hub, "+447700900179", "en", "whatsapp;sms");
        Path file = Files.writeString(folder.resolve("alert.json"), Cap.alert("Patience", one.id(), "mars"));
        Path key = Files.writeString(folder.resolve("key"), Hub.TRIGGER_KEY + "\n");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int code = plan(out, err, file, "--key-file", key.toString(), "--hub", hub.url(""));

        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines().map(String::stripTrailing))
                .contains(
                        "PLANNING: Not in the directory: \"mars\".",
                        "People          1 (en 1), without a usable channel: 0",
                        "First messages  whatsapp 1",
                        "WhatsApp places no limit (tocsin.whatsapp.people-per-day is 0)",
                        "  channel   country  category  messages  units   price        cost",
                        "  whatsapp  GB       utility          1      1  0.0220  0.0220 GBP",
                        "  together 0.0220 GBP");
        assertThat(out.toString())
                .doesNotContain(one.id(), one.phone().substring(1), one.email(), "Flood in the lower");
        assertThat(one.whatsApp()).isEmpty();
    }

    @Test
    void planSaysWhatTheHubRefusesAndWhenThereIsNone() throws Exception {
        Path file = Files.writeString(folder.resolve("alert.xml"), "<alert/>");
        Path key = Files.writeString(folder.resolve("key"), Hub.TRIGGER_KEY);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        assertThat(plan(out, err, file, "--key-file", key.toString(), "--hub", hub.url("")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("The hub answered 422").contains("expected");

        assertThat(plan(out, err, file, "--key-file", key.toString(), "--hub", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--hub: http://127.0.0.1:1 did not answer");
        assertThat(plan(out, err, folder.resolve("none.xml"), "--key-file", key.toString()))
                .isEqualTo(2);
    }

    @Test
    void whatIsNotSentIsNotCounted() {
        Person one = Person.of(hub);
        String test = Cap.alert("Patience", one.id()).replace("\"Actual\"", "\"Test\"");
        JsonNode recorded = json(hub.post("/api/alerts/plan", Hub.TRIGGER_KEY, "application/json", test)
                .body());
        assertThat(recorded.at("/alerts/0/state").asText()).isEqualTo("RECORDED");
        assertThat(recorded.has("estimate")).isFalse();

        JsonNode held =
                json(hub.post("/api/alerts/plan", Hub.TRIGGER_KEY, "application/json", Cap.alert("exercise", one.id()))
                        .body());
        assertThat(held.at("/alerts/0/state").asText()).isEqualTo("HELD");
        assertThat(held.at("/alerts/0/reason").asText()).contains("says that it is a test");
        assertThat(held.at("/estimate/people").asInt())
                .as("once it is released")
                .isEqualTo(1);

        assertThat(hub.post("/api/alerts/plan", "wrong", "application/json", test)
                        .statusCode())
                .isEqualTo(401);
        assertThat(hub.get("/api/alerts/1/cost", Hub.TRIGGER_KEY).statusCode()).isEqualTo(403);
        assertThat(hub.get("/api/alerts/99999999/cost", Hub.OPERATOR_KEY).statusCode())
                .isEqualTo(404);
    }

    private static int plan(StringWriter out, StringWriter err, Path file, String... options) {
        return new CommandLine(new PlanCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of(file.toString()), Stream.of(options))
                        .toArray(String[]::new));
    }

    /** Another word of the provider than the simulator's: delivered, and not billed. */
    private static void sayThatItIsFree(Sent sent) throws Exception {
        String body = """
                {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
                "messaging_product":"whatsapp","statuses":[{"id":"%s","status":"delivered","timestamp":"%d",
                "biz_opaque_callback_data":"%s","pricing":{"billable":false,"pricing_model":"PMP",
                "type":"free_entry_point","category":"utility"}}]}}]}]}""".formatted(sent.providerId(), Instant.now().getEpochSecond(), sent.callbackKey());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(
                hub.simulator.settings().account().appSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        assertThat(hub.send(HttpRequest.newBuilder(URI.create(hub.url("/hooks/whatsapp")))
                                .header("Content-Type", "application/json")
                                .header("X-Hub-Signature-256", "sha256=" + signature)
                                .POST(HttpRequest.BodyPublishers.ofString(body)))
                        .statusCode())
                .isEqualTo(200);
    }

    private static JsonNode cost(String id) {
        return json(hub.get("/api/alerts/" + id + "/cost", Hub.OPERATOR_KEY).body());
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode line(JsonNode statement, String channel, String country) {
        for (JsonNode line : statement.path("lines")) {
            if (line.path("channel").asText().equals(channel)
                    && line.path("country").asText().equals(country)) {
                return line;
            }
        }
        throw new AssertionError("no line of " + channel + " in " + country);
    }

    private static long messages(JsonNode statement, String channel) {
        return messagesByCountry(statement, channel).values().stream()
                .mapToLong(n -> n)
                .sum();
    }

    private static Map<String, Long> messagesByCountry(JsonNode statement, String channel) {
        return sums(statement, channel, "messages");
    }

    private static Map<String, Long> unitsByCountry(JsonNode statement, String channel) {
        return sums(statement, channel, "units");
    }

    private static Map<String, Long> sums(JsonNode statement, String channel, String field) {
        Map<String, Long> sums = new TreeMap<>();
        for (JsonNode line : statement.path("lines")) {
            if (line.path("channel").asText().equals(channel)) {
                sums.merge(line.path("country").asText(), line.path(field).asLong(), Long::sum);
            }
        }
        return sums;
    }

    /** By the numbers as the provider saw them. */
    private static Map<String, Long> byCountry(Stream<Sent> sent, ToIntFunction<Sent> units) {
        Map<String, Long> sums = new TreeMap<>();
        sent.filter(Sent::acceptedByProvider)
                .forEach(one -> sums.merge(
                        one.to().startsWith("+44") ? "GB" : one.to().startsWith("+1") ? "US" : "FR",
                        (long) units.applyAsInt(one),
                        Long::sum));
        return sums;
    }

    private static BigDecimal total(JsonNode cost, String currency) {
        return new BigDecimal(cost.at("/billed/totals/" + currency).asText());
    }

    private static BigDecimal sum(String price, long units) {
        return new BigDecimal(price).multiply(BigDecimal.valueOf(units));
    }
}
