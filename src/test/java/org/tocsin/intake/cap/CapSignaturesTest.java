package org.tocsin.intake.cap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.crypto.dsig.Transform;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.alert.Alert;
import org.tocsin.alert.CapXml;
import org.tocsin.intake.Format;
import org.tocsin.intake.Marks;
import org.tocsin.intake.Marks.Signature;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.testing.AlertSigner;
import org.tocsin.testing.Trap;

/** What a signature says of an alert, and what it makes of it. */
class CapSignaturesTest {
    private static final String ALERT = """
            <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>flood-1</identifier>\
            <sender>gauge@example.org</sender><sent>2026-11-22T14:03:00+01:00</sent><status>Actual</status>\
            <msgType>Alert</msgType><scope>Public</scope><info><category>Met</category><event>Flood</event>\
            <urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty></info></alert>""";

    @TempDir
    static Path folder;

    private static AlertSigner gauge;
    private static CapSignatures judge;
    private static CapSignatures strict;

    @BeforeAll
    static void certificates() {
        gauge = new AlertSigner(folder, "gauge", "-validity", "30");
        judge = judge(gauge, false);
        strict = judge(gauge, true);
    }

    private static CapSignatures judge(AlertSigner signer, boolean required) {
        return new CapSignatures(new SignatureSettings(List.of(
                new SignatureSettings.Signer(Pattern.compile("gauge@example\\.org"), signer.certificate(), required))));
    }

    private static String signed(String alert) {
        return gauge.signed(alert);
    }

    private static String signed() {
        return gauge.signed(ALERT);
    }

    private static Marks marks(CapSignatures by, String document) throws Exception {
        Submission submission = new Submission(
                "jms-incidents",
                Format.CAP_XML,
                document.getBytes(StandardCharsets.UTF_8),
                Map.of(),
                IntakeBench.TRIGGER,
                null);
        return ((Trigger.Complete) new CapXmlNormalizer(by, CapSchemas.lenient()).normalise(submission, Instant.now()))
                .marks()
                .with(null);
    }

    @Test
    void aSignatureOfItsSenderIsValid() throws Exception {
        assertThat(marks(judge, signed())).isEqualTo(new Marks(Signature.VALID, List.of()));
        assertThat(marks(strict, signed()).doubts()).isEmpty();
    }

    @Test
    void oneChangedWordMakesItInvalidAndThatHolds() throws Exception {
        Marks marks = marks(judge, signed().replace(">Severe<", ">Minor<"));

        assertThat(marks.signature()).isEqualTo(Signature.INVALID);
        assertThat(marks.doubts().toString()).contains("the alert was changed");
    }

    @Test
    void aStrangersSignatureIsInvalidAlsoWithHisCertificateInIt() throws Exception {
        AlertSigner stranger = new AlertSigner(folder, "stranger", "-validity", "30");

        assertThat(marks(judge, stranger.signed(ALERT)).signature()).isEqualTo(Signature.INVALID);
    }

    @Test
    void withoutACertificateForTheSenderItIsSeenAndNotJudged() throws Exception {
        assertThat(marks(CapSignatures.none(), signed())).isEqualTo(new Marks(Signature.UNCHECKED, List.of()));
    }

    @Test
    void anUnsignedAlertHoldsOnlyWhereASignatureIsRequired() throws Exception {
        assertThat(marks(judge, ALERT)).isEqualTo(Marks.NONE);
        assertThat(marks(strict, ALERT).doubts().toString()).contains("must be");
        assertThat(marks(strict, ALERT.replace("gauge@", "other@"))).isEqualTo(Marks.NONE);
    }

    @Test
    void anExpiredCertificateIsNoProof() throws Exception {
        AlertSigner expired = new AlertSigner(folder, "expired", "-startdate", "-30d", "-validity", "10");

        assertThat(marks(judge(expired, false), expired.signed(ALERT)).doubts().toString())
                .contains("certificate is not valid now");
    }

    @Test
    void sha1IsNoProof() throws Exception {
        assertThat(marks(judge, gauge.signed(ALERT, AlertSigner.SHA1, "", Transform.ENVELOPED))
                        .signature())
                .isEqualTo(Signature.INVALID);
    }

    @Test
    void aSignatureThatIsMisplacedTwiceThereOrGarbageIsInvalid() throws Exception {
        String signature = signed().replaceFirst("(?s).*(<Signature xmlns.*</Signature>).*", "$1");
        String misplaced = ALERT.replace("</info>", signature + "</info>");
        String twice = signed().replace("</alert>", signature + "</alert>");
        String garbage = ALERT.replace(
                "</alert>", "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignedInfo/></Signature></alert>");

        for (String document : List.of(misplaced, twice, garbage)) {
            assertThat(marks(judge, document).signature()).isEqualTo(Signature.INVALID);
        }
    }

    @Test
    void oneThatCoversOnlyAPartIsInvalid() throws Exception {
        String remote = signed().replace("URI=\"\"", "URI=\"http://127.0.0.1:9/x\"");

        assertThat(marks(judge, remote).signature()).isEqualTo(Signature.INVALID);
    }

    /** What the reader of alerts refuses before, the judge of signatures must not read either. */
    @Test
    void theJudgeFetchesNothing() throws Exception {
        try (Trap trap = new Trap()) {
            String at = "http://" + trap.address() + "/x";
            Alert alert = CapXml.read(ALERT.getBytes(StandardCharsets.UTF_8));
            for (String document : List.of(
                    "<!DOCTYPE alert [<!ENTITY x SYSTEM '" + at + "'>]>" + signed().replace("Flood", "&x;"),
                    "<!DOCTYPE alert SYSTEM '" + at + "'>" + signed(),
                    signed().replace("URI=\"\"", "URI=\"" + at + "\""),
                    signed().replace("</SignedInfo>", "<RetrievalMethod URI='" + at + "'/></SignedInfo>"),
                    signed().replace(
                                    "</SignatureValue>",
                                    "</SignatureValue><KeyInfo><RetrievalMethod Type='http://www.w3.org/2000/09/xmldsig#X509Data' URI='"
                                            + at + "'/></KeyInfo>")
                            .replace(">Severe<", ">Minor<"),
                    signed().replace(Transform.ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116"))) {
                Marks marks = judge.marks(alert, document.getBytes(StandardCharsets.UTF_8), true);

                assertThat(marks.signature()).as(document).isEqualTo(Signature.INVALID);
            }
            assertThat(trap.calls()).isZero();
        }
    }

    @Test
    void aSignedAlertInAnEnvelopeIsJudgedAsIfItStoodAlone() throws Exception {
        String envelope = "<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:1.0'>"
                + "<distributionStatus>Actual</distributionStatus><contentObject><xmlContent><embeddedXMLContent>"
                + signed() + "</embeddedXMLContent></xmlContent></contentObject></EDXLDistribution>";

        assertThat(marks(judge, envelope)).isEqualTo(new Marks(Signature.VALID, List.of()));
        assertThat(marks(judge, envelope.replaceFirst("Actual", "Exercise"))
                        .doubts()
                        .toString())
                .contains("Its envelope says \"Exercise\", and itself Actual");
    }

    private static Trigger.Complete under(CapSchemas schemas, String document) throws Exception {
        Submission submission = new Submission(
                "jms-incidents",
                Format.CAP_XML,
                document.getBytes(StandardCharsets.UTF_8),
                Map.of(),
                IntakeBench.TRIGGER,
                null);
        return (Trigger.Complete) new CapXmlNormalizer(judge, schemas).normalise(submission, Instant.now());
    }

    /** Signed first and as it is: what the schema says against it does not touch the signature, nor the other way round. */
    @Test
    void aSignedAlertThatItsSchemaRefusesIsAnAlertWithBothVerdictsOrParkedWithBoth() throws Exception {
        CapSchemas strictly = new CapSchemas(new CapProfileSettings(
                List.of(new CapProfileSettings.Profile("jms-incidents", CapProfileSettings.Validation.STRICT, null))));

        String valid = signed(ALERT.replace("</certainty>", "</certainty><expires>2026-11-23T00:00:00Z</expires>"));
        Marks marks = under(CapSchemas.lenient(), valid).marks();
        assertThat(marks.signature()).isEqualTo(Signature.VALID);
        assertThat(marks.doubts()).isEmpty();
        assertThat(marks.schema().deviations()).singleElement().satisfies(d -> assertThat(d.element())
                .isEqualTo("/alert/info/expires"));
        assertThatThrownBy(() -> under(strictly, valid))
                .isInstanceOfSatisfying(UnacceptableSubmission.class, e -> assertThat(e.reason())
                        .contains("line 1 /alert/info/expires: a time such as", "Signature: no other: it is VALID"));
        assertThatThrownBy(() -> under(strictly, valid.replace(">Severe<", ">Minor<")))
                .isInstanceOfSatisfying(UnacceptableSubmission.class, e -> assertThat(e.reason())
                        .contains("/alert/info/expires", "it is INVALID"));
        assertThat(under(strictly, signed()).marks().signature()).isEqualTo(Signature.VALID);
        assertThatThrownBy(() -> under(strictly, ALERT.replace("Actual", "Really")))
                .isInstanceOfSatisfying(UnacceptableSubmission.class, e -> assertThat(e.reason())
                        .contains("line 1 /alert/status: one of Actual, Exercise"));
    }
}
