package org.tocsin.intake.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.alert.Alert;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.alerts.CapDocument;

/** {@code config/events.yaml} as shipped, but for the group, with payloads in the form that each tool documents. */
class ToolPayloadTest {
    private static final IntakeBench bench = new IntakeBench(Path.of("config/sensors.yaml"), events());

    @AfterAll
    static void close() {
        bench.close();
    }

    /** One word for each payload of the file, in its order; with a comma between those of one payload. */
    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(delimiter = '|', textBlock = """
            alertmanager | Alert:Severe - Alert:Moderate AllClear:Severe - Alert:Severe,AllClear:Moderate
            grafana      | Alert:Moderate - AllClear:Moderate Alert:Moderate Alert:Severe,AllClear:Moderate
            pagerduty    | Alert:Severe - - - Update:Minor AllClear:Minor -
            opsgenie     | Alert:Moderate - - - Update:Severe Update:Severe AllClear:Severe -
            servicenow   | Alert:Moderate - Update:Severe AllClear:Severe -
            zabbix       | Alert:Moderate - Update:Severe AllClear:Severe -
            icinga2      | Alert:Moderate Update:Severe - - AllClear:Severe Alert:Severe
            cloudevents  | Alert:Moderate - Update:Severe AllClear:Severe - - Alert:Minor,AllClear:Minor
            """)
    void theLifeOfAnIncident(String tool, String expected) throws Exception {
        List<String> words = Files.readAllLines(Path.of("src/test/resources/events", tool + ".jsonl")).stream()
                .map(json -> words(tool, json))
                .toList();

        assertThat(String.join(" ", words)).isEqualTo(expected);
    }

    @Test
    void whatPeopleReadIsWhatTheToolSaid() throws Exception {
        Accepted zabbix = (Accepted) accept("zabbix", first("zabbix").replace("123456", "77"));
        Accepted grafana = (Accepted) accept("grafana", first("grafana").replace("7be02d4c51a9f306", "77"));
        Accepted pagerduty = (Accepted) accept("pagerduty", first("pagerduty").replace("Q2W00117", "P77"));

        assertThat(cap(zabbix).infos().get(0).headline()).isEqualTo("db1: Zabbix agent is not available");
        assertThat(cap(grafana).infos().get(1).headline())
                .isEqualTo("Cold store too warm : Cold store 3 is above 8 degrees");
        assertThat(cap(grafana).infos().get(0).web())
                .isEqualTo("https://grafana.example.org/alerting/grafana/ceq3p1/view");
        assertThat(cap(pagerduty).infos().get(0).parameter("service")).isEqualTo("Pump houses");
        assertThat(cap(pagerduty).infos().get(0).web()).isEqualTo("https://water-example.pagerduty.com/incidents/P77");
    }

    /** What routes/README.md tells people to post is what the payloads here have, which the mappings read. */
    @Test
    void theNamesInTheReadmeAreThoseOfThePayloads() throws Exception {
        String readme = Files.readString(Path.of("routes/README.md"));
        String zabbix = block(readme, "<!-- zabbix:", "Script;");
        assertThat(java.util.regex.Pattern.compile("(?m)^\\| `(\\w+)` \\| `\\{[A-Z.]+}` \\|$")
                        .matcher(zabbix)
                        .results()
                        .map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(names("zabbix"));
        String script = block(readme, "**Icinga 2**", "<!-- icinga2:");
        assertThat(java.util.regex.Pattern.compile("--arg(?:json)? (\\w+) ")
                        .matcher(script)
                        .results()
                        .map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(names("icinga2"));
        String command = block(readme, "<!-- icinga2:", "## Add a source");
        assertThat(names("icinga2"))
                .allSatisfy(name -> assertThat(command).contains(name.toUpperCase(java.util.Locale.ROOT) + " = \"$"));
    }

    private static String block(String text, String from, String to) {
        int start = text.indexOf(from);
        return text.substring(start, text.indexOf(to, start));
    }

    private static List<String> names(String tool) throws IOException {
        List<String> names = new java.util.ArrayList<>();
        new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(first(tool))
                .fieldNames()
                .forEachRemaining(names::add);
        return names;
    }

    private static String first(String tool) throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/events", tool + ".jsonl"))
                .get(0);
    }

    private static Path events() {
        try {
            String shipped = Files.readString(Path.of("config/events.yaml"));
            return IntakeBench.temporary("events.yaml", shipped.replace("[staff]", "[flood-zone-a]"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static IntakeResult accept(String tool, String json) {
        try {
            return bench.intake.accept(new Submission(
                    "hook:" + tool,
                    Format.MAPPED_JSON,
                    json.getBytes(StandardCharsets.UTF_8),
                    Map.of(),
                    IntakeBench.TRIGGER,
                    null));
        } catch (UnacceptableSubmission e) {
            throw new AssertionError(e.reason(), e);
        }
    }

    private static Alert cap(Accepted accepted) {
        return CapDocument.read(bench.one("select cap from alert where id = ?", accepted.id()));
    }

    /** What it raised, in the order of the ledger. */
    private static String words(String tool, String json) {
        long last = Long.parseLong(bench.one("select coalesce(max(id), 0) from alert"));
        accept(tool, json);
        List<String> raised = bench
                .jdbc()
                .sql("select cap from alert where id > ? order by id")
                .param(last)
                .query(String.class)
                .list()
                .stream()
                .map(CapDocument::read)
                .map(cap -> (cap.isAllClear() ? "AllClear" : cap.msgType().name()) + ":" + cap.severity())
                .toList();
        return raised.isEmpty() ? "-" : String.join(",", raised);
    }
}
