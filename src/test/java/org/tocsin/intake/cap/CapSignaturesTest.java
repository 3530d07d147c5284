package org.tocsin.intake.cap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.intake.Format;
import org.tocsin.intake.Marks;
import org.tocsin.intake.Marks.Signature;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.w3c.dom.Document;

/** Alerts signed by the JDK's own signer, with a certificate made by its keytool. */
class CapSignaturesTest {
    private static final String ALERT = """
            <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>flood-1</identifier>\
            <sender>gauge@example.org</sender><sent>2026-11-22T14:03:00+01:00</sent><status>Actual</status>\
            <msgType>Alert</msgType><scope>Public</scope><info><category>Met</category><event>Flood</event>\
            <urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty></info></alert>""";
    private static final String SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
    private static final String SHA1 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1";
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir
    static Path folder;

    private static PrivateKey key;
    private static PrivateKey strangersKey;
    private static CapSignatures judge;
    private static CapSignatures strict;

    @BeforeAll
    static void certificates() throws Exception {
        key = pair("gauge", "-validity", "30");
        strangersKey = pair("stranger", "-validity", "30");
        pair("expired", "-startdate", "-30d", "-validity", "10");
        judge = judge("gauge.pem", false);
        strict = judge("gauge.pem", true);
    }

    private static CapSignatures judge(String certificate, boolean required) {
        return new CapSignatures(new SignatureSettings(List.of(new SignatureSettings.Signer(
                Pattern.compile("gauge@example\\.org"), folder.resolve(certificate), required))));
    }

    private static PrivateKey pair(String alias, String... more) throws Exception {
        Path store = folder.resolve(alias + ".p12");
        List<String> arguments = new ArrayList<>(List.of(
                "-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=" + alias));
        arguments.addAll(List.of(more));
        keytool(store, arguments);
        keytool(store, List.of("-exportcert", "-rfc", "-alias", alias, "-file", folder.resolve(alias + ".pem") + ""));
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        return (PrivateKey) keys.getKey(alias, PASSWORD);
    }

    private static void keytool(Path store, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(arguments);
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "password"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("keytool.log")))
                .isZero();
    }

    private static String signed(String alert) throws Exception {
        return signed(alert, key, SHA256, "", Transform.ENVELOPED);
    }

    private static String signed(PrivateKey by, String algorithm, String uri, String transform) throws Exception {
        return signed(ALERT, by, algorithm, uri, transform);
    }

    private static String signed(String alert, PrivateKey by, String algorithm, String uri, String transform)
            throws Exception {
        Document document = DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(alert.getBytes(StandardCharsets.UTF_8)));
        XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
        Reference reference = factory.newReference(
                uri,
                factory.newDigestMethod(DigestMethod.SHA256, null),
                List.of(factory.newTransform(transform, (TransformParameterSpec) null)),
                null,
                null);
        DOMSignContext context = new DOMSignContext(by, document.getDocumentElement());
        context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.FALSE);
        factory.newXMLSignature(
                        factory.newSignedInfo(
                                factory.newCanonicalizationMethod(
                                        CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
                                factory.newSignatureMethod(algorithm, null),
                                List.of(reference)),
                        null)
                .sign(context);
        Transformer writer = TransformerFactory.newDefaultInstance().newTransformer();
        writer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        StringWriter out = new StringWriter();
        writer.transform(new DOMSource(document), new StreamResult(out));
        return out.toString();
    }

    private static String signed() throws Exception {
        return signed(key, SHA256, "", Transform.ENVELOPED);
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
        assertThat(marks(strict, signed()).doubtful()).isFalse();
    }

    @Test
    void oneChangedWordMakesItInvalidAndThatHolds() throws Exception {
        Marks marks = marks(judge, signed().replace(">Severe<", ">Minor<"));

        assertThat(marks.signature()).isEqualTo(Signature.INVALID);
        assertThat(marks.sentence()).contains("the alert was changed");
    }

    @Test
    void aStrangersSignatureIsInvalidAlsoWithHisCertificateInIt() throws Exception {
        assertThat(marks(judge, signed(strangersKey, SHA256, "", Transform.ENVELOPED))
                        .signature())
                .isEqualTo(Signature.INVALID);
    }

    @Test
    void withoutACertificateForTheSenderItIsSeenAndNotJudged() throws Exception {
        assertThat(marks(CapSignatures.none(), signed())).isEqualTo(new Marks(Signature.UNCHECKED, List.of()));
    }

    @Test
    void anUnsignedAlertHoldsOnlyWhereASignatureIsRequired() throws Exception {
        assertThat(marks(judge, ALERT)).isEqualTo(Marks.NONE);
        assertThat(marks(strict, ALERT).sentence()).contains("must be");
        assertThat(marks(strict, ALERT.replace("gauge@", "other@"))).isEqualTo(Marks.NONE);
    }

    @Test
    void anExpiredCertificateIsNoProof() throws Exception {
        KeyStore keys = KeyStore.getInstance(folder.resolve("expired.p12").toFile(), PASSWORD);
        String document = signed((PrivateKey) keys.getKey("expired", PASSWORD), SHA256, "", Transform.ENVELOPED);

        assertThat(marks(judge("expired.pem", false), document).sentence()).contains("certificate is not valid now");
    }

    @Test
    void sha1IsNoProof() throws Exception {
        assertThat(marks(judge, signed(key, SHA1, "", Transform.ENVELOPED)).signature())
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

    @Test
    void aSignedAlertInAnEnvelopeIsJudgedAsIfItStoodAlone() throws Exception {
        String envelope = "<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:1.0'>"
                + "<distributionStatus>Actual</distributionStatus><contentObject><xmlContent><embeddedXMLContent>"
                + signed() + "</embeddedXMLContent></xmlContent></contentObject></EDXLDistribution>";

        assertThat(marks(judge, envelope)).isEqualTo(new Marks(Signature.VALID, List.of()));
        assertThat(marks(judge, envelope.replaceFirst("Actual", "Exercise")).sentence())
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
        assertThat(marks.doubtful()).isFalse();
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
