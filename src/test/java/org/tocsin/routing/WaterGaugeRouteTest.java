package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.tocsin.testing.IntakeHub;
import org.tocsin.testing.TestDatabase;

/** What routes/README.md shows under "Add a source" is read from that page, and goes from the POST to the alert. */
@CamelSpringBootTest
@SpringBootTest(classes = IntakeHub.App.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ActiveProfiles(IntakeHub.PROFILE)
@DirtiesContext
class WaterGaugeRouteTest {
    private static final TestDatabase database = TestDatabase.fresh();
    private static final HttpClient http = HttpClient.newHttpClient();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Autowired
    private CamelContext camel;

    @LocalServerPort
    private int port;

    private final String gauge = "ponte-" + UUID.randomUUID();

    /** As an engineer would: a file of its own in the folder of the routes, an entry below those of the shipped file. */
    @DynamicPropertySource
    static void hub(DynamicPropertyRegistry registry) throws IOException {
        Path folder = Files.createTempDirectory("tenth-source");
        Path route = folder.resolve("intake-water-gauges.camel.yaml");
        Files.writeString(route, block("route"));
        Path sensors = folder.resolve("sensors.yaml");
        Files.writeString(sensors, Files.readString(Path.of("config/sensors.yaml")) + "\n" + block("sensor"));
        registry.add(
                "camel.main.routes-include-pattern",
                () -> "file:" + route + ",file:routes/accept-alert.camel.yaml,file:routes/error-handling.camel.yaml");
        registry.add("tocsin.intake.sensors", sensors::toString);
        registry.add("tocsin.api.keys[0]", () -> "gauge:" + IntakeHub.sha256(IntakeHub.TRIGGER_KEY) + ":trigger");
        registry.add("test.database", database::url);
        registry.add("tocsin.broker.url", () -> "tcp://127.0.0.1:1"); // none of these routes asks it
        registry.add("management.server.port", () -> "-1");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void aRowBeyondTheThresholdIsAnAlertOfThisGaugeAndTheSameAgainIsNone() throws Exception {
        String rows = "gauge;time;level\n" + row(gauge, "4,21") + row("moulin", "1,07");

        HttpResponse<String> first = post(rows);
        HttpResponse<String> again = post(rows);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(database.jdbc()
                        .sql("select source || ' ' || submitted_by || ' ' || state from alert where cap like ?")
                        .param("%Flood at " + gauge + ": 4,21 m%")
                        .query(String.class)
                        .list())
                .containsExactly("hook:water-gauges gauge PLANNING");
    }

    @Test
    void aBadRowIsNamedAndParkedAndTheOthersCount() throws Exception {
        HttpResponse<String> answer = post("gauge;time;level\n" + row("moulin", "high") + row(gauge, "4,3"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(database.jdbc()
                        .sql("select reason from parked")
                        .query(String.class)
                        .list())
                .contains("row 1 /level: a number");
        assertThat(post("gauge;time;level\n").statusCode()).isEqualTo(422);
    }

    @Test
    void nothingThatASenderAddsSteersTheRoute() throws Exception {
        String rows = "gauge;time;level\n" + row(gauge + " ${bean:x} {{sys:user.home}}", "4,3");

        HttpResponse<String> answer = post("?CamelHttpUri=http://127.0.0.1:1/&source=other", rows);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(database.jdbc()
                        .sql("select count(*) from alert where source = 'hook:water-gauges' and cap like ?")
                        .param("%" + gauge + " ${bean:x} {{sys:user.home}}%")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void itIsOneFileOfAtMostThirtyLines() throws IOException {
        assertThat(block("route").lines()).hasSizeLessThanOrEqualTo(30);
        assertThat(camel.getRoute("intake-water-gauges")).isNotNull();
    }

    private HttpResponse<String> post(String rows) throws Exception {
        return post("", rows);
    }

    private HttpResponse<String> post(String query, String rows) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hooks/water-gauges" + query))
                        .header("Authorization", "Bearer " + IntakeHub.TRIGGER_KEY)
                        .header("Content-Type", "text/csv")
                        .header("CamelHttpUri", "http://127.0.0.1:1/")
                        .POST(HttpRequest.BodyPublishers.ofString(rows))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String row(String gauge, String level) {
        return gauge + ";" + LocalDateTime.now(ZoneOffset.UTC).format(TIME) + ";" + level + "\n";
    }

    /** Indented by three blanks, as part of a numbered list. */
    private static String block(String kind) throws IOException {
        Matcher matcher = Pattern.compile(
                        "<!-- " + kind + ": read by WaterGaugeRouteTest -->\\s*```yaml\\n(.*?) *```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("routes/README.md")));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1).replaceAll("(?m)^ {3}", "");
    }
}
