package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.SmscFault;
import org.tocsin.testing.Cap;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;

/** What docker/ draws and warns of is what a hub exports: an expression over a name that nobody exports never fires. */
class WatchedMetricsIT {
    private static final Path DOCKER = Path.of("docker");
    /** A metric, and the labels it is chosen by; not a function, which is followed by its arguments. */
    private static final Pattern SELECTOR = Pattern.compile("\\b([a-z][a-z0-9_]+)\\b(?!\\s*\\()(?:\\{([^}]*)})?");

    private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\([^)]*\\)");
    private static final Pattern WORDS = Pattern.compile("\\b(?:and|or|unless|offset|bool|inf|nan)\\b");
    /** Of Prometheus itself. */
    private static final List<String> ITS_OWN = List.of("up", "job", "instance");

    @Test
    void everyMetricOfTheRulesAndTheDashboardIsExportedWithItsLabels() throws Exception {
        Hub hub = Hub.shared();
        Person reached = Person.of(hub);
        Person unreachable = Person.of(hub, "en", "sms");
        hub.simulator.smsc().fault(unreachable.phone(), SmscFault.rejected(SmscFault.INVALID_DESTINATION));
        assertThat(hub.postAlert(Cap.alert("Flood", reached.id(), unreachable.id()))
                        .statusCode())
                .isEqualTo(202);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(scrape(hub))
                .contains("tocsin_receipts_total{channel=\"whatsapp\",kind=\"delivered\"}")
                .containsPattern("tocsin_people_exhausted_total [1-9]")
                .contains("tocsin_publications_lag_seconds{")); // read from time to time
        List<String> exported = scrape(hub).lines().toList();

        List<String> expressions =
                Stream.concat(rules().stream(), dashboard().stream()).toList();
        assertThat(expressions).hasSizeGreaterThan(20);
        assertThat(expressions.stream().flatMap(WatchedMetricsIT::selectors).distinct())
                .allSatisfy(
                        selector -> assertThat(exported).as(selector.toString()).anyMatch(selector::matches));
    }

    private record Selector(String metric, List<String> labels) {
        boolean matches(String line) {
            return line.matches(Pattern.quote(metric) + "[{ ].*")
                    && labels.stream().allMatch(label -> line.contains(label + "=\""));
        }
    }

    private static Stream<Selector> selectors(String expression) {
        String plain = WORDS.matcher(GROUPING.matcher(expression).replaceAll(" "))
                .replaceAll(" ")
                .replaceAll("\\[[^]]*]", " ");
        return SELECTOR.matcher(plain)
                .results()
                .filter(found -> !ITS_OWN.contains(found.group(1)))
                .map(found -> new Selector(
                        found.group(1),
                        found.group(2) == null
                                ? List.of()
                                : LABEL.matcher(found.group(2))
                                        .results()
                                        .map(label -> label.group(1))
                                        .filter(name -> !ITS_OWN.contains(name))
                                        .toList()));
    }

    private static List<String> rules() throws IOException {
        JsonNode file = new YAMLMapper()
                .readTree(DOCKER.resolve("prometheus/alerts.yaml").toFile());
        return file.findValuesAsText("expr");
    }

    private static List<String> dashboard() throws IOException {
        JsonNode file = new ObjectMapper()
                .readTree(DOCKER.resolve("grafana/dashboards/tocsin.json").toFile());
        return file.findValuesAsText("expr");
    }

    private static String scrape(Hub hub) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + hub.port("local.management.port") + "/actuator/prometheus");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
