package org.tocsin.intake.cap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.intake.Format;
import org.tocsin.intake.IntakeResult.Accepted;
import org.tocsin.intake.SchemaReport;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.testing.AlertSigner;

/** What becomes of an alert by its signature, its envelope and its schema, and of what it names. */
class JudgedAlertsTest {
    private static final IntakeBench bench = new IntakeBench();
    private static final String DE_1 = "urn:oasis:names:tc:emergency:EDXL:DE:1.0";
    private static final String DE_2 = "urn:oasis:names:tc:emergency:EDXL:DE:2.0";

    @TempDir
    static Path folder;

    private static AlertSigner gauge;

    private final String name = UUID.randomUUID().toString();
    private final String sent = OffsetDateTime.now(ZoneOffset.UTC).format(IntakeBench.CAP_TIME);

    @BeforeAll
    static void certificate() {
        gauge = new AlertSigner(folder, "gauge", "-validity", "30");
        signatures(true);
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static void signatures(boolean required) {
        bench.signatures = new CapSignatures(new SignatureSettings(List.of(
                new SignatureSettings.Signer(Pattern.compile("gauge@example\\.org"), gauge.certificate(), required))));
    }

    private String alert(String identifier, String type, String head, String area) {
        return """
                <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier>\
                <sender>gauge@example.org</sender><sent>%s</sent><status>Actual</status><msgType>%s</msgType>%s\
                <info><category>Met</category><event>Flood</event><urgency>Immediate</urgency>\
                <severity>Severe</severity><certainty>Observed</certainty>%s</info></alert>""".formatted(identifier, sent, type, head, area);
    }

    private String alert() {
        return alert(name, "Alert", "<scope>Private</scope><addresses>flood-zone-a</addresses>", "");
    }

    private String following(String type) {
        return alert(
                type + name,
                type,
                "<scope>Private</scope><addresses>flood-zone-a</addresses><references>gauge@example.org," + name + ","
                        + sent + "</references>",
                "");
    }

    private static Accepted accepted(String xml) throws Exception {
        return (Accepted) bench.intake.accept(new Submission(
                "jms-incidents",
                Format.CAP_XML,
                xml.getBytes(StandardCharsets.UTF_8),
                Map.of(),
                IntakeBench.TRIGGER,
                null));
    }

    private static Map<String, Object> row(Accepted alert) {
        return bench.jdbc()
                .sql("select state, reason, signature, schema_report from alert where id = ?")
                .param(alert.id())
                .query()
                .singleRow();
    }

    private static String envelope(String namespace, String status, String alert) {
        return """
                <EDXLDistribution xmlns='%s'><distributionStatus>%s</distributionStatus><contentObject><xmlContent>\
                <embeddedXMLContent>%s</embeddedXMLContent></xmlContent></contentObject></EDXLDistribution>""".formatted(namespace, status, alert);
    }

    private static String forged(String signed) {
        return signed.replace(">Severe<", ">Extreme<");
    }

    @Test
    void whatItsSenderSignedGoesOut() throws Exception {
        assertThat(row(accepted(gauge.signed(alert()))))
                .containsEntry("state", "PLANNING")
                .containsEntry("signature", "VALID")
                .containsEntry("reason", null);
    }

    @Test
    void oneChangedWordWaitsForAPerson() throws Exception {
        Map<String, Object> row = row(accepted(forged(gauge.signed(alert()))));

        assertThat(row).containsEntry("state", "HELD").containsEntry("signature", "INVALID");
        assertThat((String) row.get("reason")).contains("Its signature is invalid", "or the alert was changed");
    }

    @Test
    void whatIsNotSignedWaitsWhereItMustBe() throws Exception {
        Map<String, Object> row = row(accepted(alert()));

        assertThat(row).containsEntry("state", "HELD").containsEntry("signature", "ABSENT");
        assertThat((String) row.get("reason")).contains("It is not signed, and alerts of this sender must be.");
        signatures(false);
        try {
            assertThat(row(accepted(alert().replace(name, "n" + name)))).containsEntry("state", "PLANNING");
        } finally {
            signatures(true);
        }
    }

    @ParameterizedTest(name = "{0}, not signed: {1}")
    @CsvSource({"Cancel, false", "Cancel, true", "Update, false", "Update, true"})
    void whatIsNotBelievedDoesNothingToTheAlertThatItNames(String type, boolean bare) throws Exception {
        Accepted original = accepted(gauge.signed(alert()));

        Accepted follower = accepted(bare ? following(type) : forged(gauge.signed(following(type))));

        assertThat(row(follower)).containsEntry("state", "HELD");
        assertThat(bench.state(original.id())).isEqualTo("PLANNING");
        assertThat(bench.one("select coalesce(follows::text, 'nobody') from alert where id = ?", follower.id()))
                .isEqualTo("nobody");

        accepted(gauge.signed(following(type).replace(type + name, "true-" + name)));
        assertThat(bench.state(original.id())).isEqualTo(type.equals("Cancel") ? "CANCELLED" : "SUPERSEDED");
    }

    @Test
    void aCancelThatIsNotBelievedAndComesFirstStopsNothing() throws Exception {
        assertThat(row(accepted(following("Cancel")))).containsEntry("state", "HELD");

        assertThat(row(accepted(gauge.signed(alert())))).containsEntry("state", "PLANNING");
    }

    @ParameterizedTest
    @ValueSource(strings = {DE_1, DE_2})
    void anEnvelopeThatSaysAnotherStatusWaitsForAPerson(String namespace) throws Exception {
        Map<String, Object> drill = row(accepted(envelope(namespace, "Exercise", gauge.signed(alert()))));
        Map<String, Object> real =
                row(accepted(envelope(namespace, "Actual", gauge.signed(alert().replace(name, "r" + name)))));

        assertThat(drill).containsEntry("state", "HELD").containsEntry("signature", "VALID");
        assertThat((String) drill.get("reason")).contains("Its envelope says \"Exercise\", and itself Actual.");
        assertThat(real).containsEntry("state", "PLANNING").containsEntry("signature", "VALID");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            no area and nobody   | <scope>Public</scope>  | ""                                      | HELD    | neither addresses nor
            an area in words     | <scope>Public</scope>  | ""                                      | HELD    | neither addresses nor
            one for a place      | <scope>Private</scope> | <polygon>48,2 49,2 49,3 48,2</polygon>  | HELD    | its scope is Private
            one that crosses     | <scope>Public</scope>  | <polygon>48,2 49,3 48,3 49,2 48,2</polygon> | HELD | crosses or touches itself
            an open ring         | <scope>Public</scope>  | <polygon>48,2 49,2 49,3 48,3</polygon>  | REFUSED | a closed ring
            latitude beyond 90   | <scope>Public</scope>  | <polygon>148,2 149,2 149,3 148,2</polygon> | REFUSED | latitude
            """)
    void whatTheSchemaFindsValidIsNotSafe(String what, String head, String polygon, String becomes, String reason)
            throws Exception {
        String area = what.startsWith("no area") ? "" : "<area><areaDesc>Paris</areaDesc>" + polygon + "</area>";
        String document = gauge.signed(alert(name, "Alert", head, area));
        valid(document);

        if (becomes.equals("REFUSED")) {
            refused(document, reason);
            return;
        }
        Map<String, Object> row = row(accepted(document));
        assertThat(row).containsEntry("state", becomes).containsEntry("signature", "VALID");
        assertThat((String) row.get("reason")).contains(reason);
        assertThat(row.get("schema_report").toString()).contains("\"VALID\"");
    }

    @Test
    void whatTheSchemaFindsValidMayStillNameNothing() throws Exception {
        String cancel = gauge.signed(alert("c" + name, "Cancel", "<scope>Public</scope>", ""));
        String update = gauge.signed(alert("u" + name, "Update", "<scope>Public</scope>", ""));
        valid(cancel);
        valid(update);

        refused(cancel, "references");
        assertThat(row(accepted(update))).containsEntry("state", "HELD");
    }

    private static void valid(String document) {
        assertThat(CapSchemas.lenient()
                        .report("jms-incidents", document.getBytes(StandardCharsets.UTF_8))
                        .verdict())
                .isEqualTo(SchemaReport.Verdict.VALID);
    }

    private static void refused(String document, String reason) {
        assertThatThrownBy(() -> accepted(document))
                .isInstanceOfSatisfying(UnacceptableSubmission.class, e -> assertThat(e.reason())
                        .contains(reason));
    }
}
