package org.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that attack the reader: refused with a sentence, fast, and without a look outside. */
@Timeout(20)
class CapXmlHostileTest {
    private static final String NO_DTD = "alert: no DOCTYPE and no entities but those of XML itself";
    private static final String VALID = new String(Documents.xml(Documents.draft()), StandardCharsets.UTF_8);
    private static final String NS = "urn:oasis:names:tc:emergency:cap:1.2";

    private final AtomicInteger fetched = new AtomicInteger();
    private HttpServer outside;
    private String url;

    @BeforeEach
    void listen() throws IOException {
        outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        outside.createContext("/", exchange -> {
            fetched.incrementAndGet();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        outside.start();
        url = "http://localhost:" + outside.getAddress().getPort() + "/x";
    }

    @AfterEach
    void nothingWasFetched() {
        outside.stop(0);
        assertThat(fetched).hasValue(0);
    }

    private static String problem(String document) {
        return problem(Documents.bytes(document));
    }

    private static String problem(byte[] document) {
        CapProblem problem = catchThrowableOfType(CapProblem.class, () -> CapXml.read(document));
        assertThat(problem).as("a CapProblem").isNotNull();
        return String.join("; ", Documents.sentences(problem));
    }

    @Test
    void aFileIsNotReadThroughAnEntity(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "canary-secret");
        String xxe = "<!DOCTYPE alert [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]>" + VALID.replace("Flood", "&x;");
        assertThat(problem(xxe)).isEqualTo(NO_DTD);
    }

    @Test
    void noDoctypeOfAnyKindIsTaken() {
        for (String doctype : new String[] {
            "<!DOCTYPE alert>",
            "<!DOCTYPE alert SYSTEM '" + url + "'>",
            "<!DOCTYPE alert PUBLIC '-//x//y' '" + url + "'>",
            "<!DOCTYPE alert [<!ENTITY x SYSTEM '" + url + "'>]>",
            "<!DOCTYPE alert [<!ENTITY % x SYSTEM '" + url + "'> %x;]>",
            "<!DOCTYPE alert [<!ENTITY a 'b'>]>",
            "<!DOCTYPE alert [<!ATTLIST alert x CDATA 'y'>]>"
        }) {
            assertThat(problem(doctype + VALID)).as(doctype).isEqualTo(NO_DTD);
        }
    }

    @Test
    void billionLaughsAreNotExpanded() {
        StringBuilder dtd = new StringBuilder("<!DOCTYPE alert [<!ENTITY l0 'lol'>");
        for (int i = 1; i < 10; i++) {
            dtd.append("<!ENTITY l")
                    .append(i)
                    .append(" '")
                    .append(("&l" + (i - 1) + ";").repeat(10))
                    .append("'>");
        }
        assertThat(problem(dtd + "]>" + VALID.replace("Flood", "&l9;"))).isEqualTo(NO_DTD);
        assertThat(problem("<!DOCTYPE alert [<!ENTITY a '" + "a".repeat(100_000) + "'>]>"
                        + VALID.replace("Flood", "&a;".repeat(100_000))))
                .isEqualTo(NO_DTD);
    }

    @Test
    void anEntityWithoutDeclarationIsNotSilentlyDropped() {
        assertThat(problem(VALID.replace("Flood", "Flo&nbsp;od"))).startsWith("alert: ");
    }

    @Test
    void xIncludeIsRefusedAndNothingIsFetched() {
        String include = "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='" + url + "'/>";
        assertThat(problem(VALID.replace("</info>", include + "</info>")))
                .isEqualTo("info[0].include: no XInclude: nothing is fetched");
        assertThat(problem(VALID.replace("Flood", "Fl" + include + "ood"))).startsWith("info[0].event: ");
    }

    @Test
    void anEnvelopeIsReadAsCarefullyAsTheAlertInIt() {
        String envelope =
                "<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:1.0'>HEAD<contentObject><xmlContent>"
                        + "<embeddedXMLContent>" + VALID
                        + "</embeddedXMLContent></xmlContent></contentObject></EDXLDistribution>";
        String include = "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='" + url + "'/>";
        for (String entity : new String[] {"&x;", "<distributionStatus>&x;</distributionStatus>"}) {
            assertThat(problem("<!DOCTYPE x [<!ENTITY x SYSTEM '" + url + "'>]>" + envelope.replace("HEAD", entity)))
                    .isEqualTo(NO_DTD);
        }
        assertThat(problem(envelope.replace("HEAD", "").replace("</info>", include + "</info>")))
                .isEqualTo("info[0].include: no XInclude: nothing is fetched");
        String pointing =
                include + "<contentObject><nonXMLContent><uri>" + url + "</uri></nonXMLContent></contentObject>";
        assertThatCode(() -> CapXml.read(Documents.bytes(envelope.replace("HEAD", pointing))))
                .doesNotThrowAnyException();
        assertThat(problem(envelope.replace("HEAD", "<distributionStatus>" + "<a>".repeat(32))))
                .isEqualTo("alert: elements nested at most 32 deep");
    }

    @Test
    void aSchemaLocationOrStyleSheetIsNotFollowed() {
        String located = VALID.replace(
                "<alert ",
                "<?xml-stylesheet href='" + url + "'?><alert xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
                        + " xsi:schemaLocation='" + NS + " " + url + "' ");
        assertThatCode(() -> CapXml.read(Documents.bytes(located))).doesNotThrowAnyException();
    }

    @Test
    void depthIsBounded() {
        String deep = "<x:a>".repeat(30) + "</x:a>".repeat(30);
        String deeper = "<x:a>".repeat(32) + "</x:a>".repeat(32);
        String alert = VALID.replace("<alert ", "<alert xmlns:x='urn:x' ");
        assertThatCode(() -> CapXml.read(Documents.bytes(alert.replace("</alert>", deep + "</alert>"))))
                .doesNotThrowAnyException();
        assertThat(problem(alert.replace("</alert>", deeper + "</alert>")))
                .isEqualTo("alert: elements nested at most 32 deep");
        assertThat(problem("<alert xmlns='" + NS + "'>" + "<info>".repeat(140_000)))
                .isEqualTo("alert: elements nested at most 32 deep");
    }

    @Test
    void elementsAreCounted() {
        assertThat(problem(VALID.replace("</alert>", "<code>x</code>".repeat(20_000) + "</alert>")))
                .isEqualTo("alert: at most 20,000 elements");
        assertThat(problem(VALID.replace("</alert>", "<a xmlns='urn:x'/>".repeat(20_000) + "</alert>")))
                .isEqualTo("alert: at most 20,000 elements");
    }

    @Test
    void sizeIsBoundedBeforeAnythingIsParsed() {
        byte[] tenMegabytes = new byte[10 << 20];
        assertThat(problem(tenMegabytes)).isEqualTo("alert: at most 1,048,576 bytes");
        assertThat(problem(VALID.replace("Flood", "F".repeat(1 << 20)))).isEqualTo("alert: at most 1,048,576 bytes");
    }

    @Test
    void manyAttributesAndLongNamesAreRefused() {
        StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            attributes.append(" a").append(i).append("=''");
        }
        assertThat(problem(VALID.replace("<info>", "<info" + attributes + ">"))).startsWith("alert: well-formed XML");
        assertThat(problem("<" + "a".repeat(500_000) + "/>"))
                .startsWith("alert: ")
                .hasSizeLessThan(400);
    }

    @Test
    void manyNamespaceDeclarationsDoNotStallTheReader() {
        StringBuilder declarations = new StringBuilder();
        for (int i = 0; i < 40_000; i++) {
            declarations.append(" xmlns:a").append(i).append("='u'");
        }
        String stalling = VALID.replace("<info>", "<info" + declarations + ">" + "<web/>".repeat(10_000));
        assertThat(problem(stalling)).isEqualTo("alert: at most 100 namespace declarations in one element");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hello",
                "{\"identifier\": 1}",
                "<alert",
                "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>",
                "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'></info></alert>",
                "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><note>a & b</note></alert>",
                "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'/><alert/>",
                "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'/>trailing",
                "<x:alert/>",
                "<?xml version='9.9'?><alert/>"
            })
    void whatIsNoXmlIsToldSo(String document) {
        assertThat(problem(document)).startsWith("alert: well-formed XML");
    }

    @ParameterizedTest
    @ValueSource(strings = {"&#0;", "&#x0;", "\u0000", "&#xD800;", "&#27;", "\u001b", "&#xFFFF;"})
    void charactersThatXmlForbidsAreRefused(String character) {
        assertThat(problem(VALID.replace("Flood", "Fl" + character + "ood")))
                .startsWith("alert: well-formed XML (reading stopped at line 1, column ")
                .endsWith("no character that XML forbids, such as NUL");
    }

    @Test
    void bytesThatAreNotInTheDeclaredEncodingAreRefused() {
        String umlaut = VALID.replace("Flood", "Überflutung");
        String sentence = "alert: text in the encoding that its XML declaration says, or else in UTF-8";
        assertThat(problem(umlaut.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(sentence);
        assertThat(problem("<?xml version='1.0' encoding='US-ASCII'?>" + umlaut))
                .isEqualTo(sentence);
        assertThat(problem("<?xml version='1.0' encoding='no-such-encoding'?>" + VALID))
                .isEqualTo(sentence);
        assertThat(problem(new byte[] {(byte) 0xFE, (byte) 0xFF, 0})).isEqualTo(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"urn:oasis:names:tc:emergency:cap:1.3", "urn:oasis:names:tc:emergency:EDXL:DE:1.0", ""})
    void otherNamespacesAreToldWhatIsWanted(String namespace) {
        assertThat(problem(VALID.replace(NS, namespace)))
                .isEqualTo("alert: the root element alert in the namespace " + NS
                        + " (or of CAP 1.1 or 1.0), not \"alert\" in " + Quotation.of(namespace));
    }

    @Test
    void anElementWithoutItsPrefixIsNotSilentlyPassedOver() {
        String prefixed = VALID.replace("xmlns=", "xmlns:cap=")
                .replaceAll("<(/?)([a-zA-Z])", "<$1cap:$2")
                .replace("</cap:alert>", "<addresses>fire-chiefs</addresses></cap:alert>");
        assertThat(problem(prefixed)).isEqualTo("addresses: an element in the namespace " + NS);
    }

    @Test
    void textBetweenElementsIsNotSilentlyPassedOver() {
        assertThat(problem(VALID.replace("<info>", "<info>Run!")))
                .isEqualTo("info[0]: elements only, no text between them");
    }

    @Test
    void commentsAndSectionsWithinTextAreReadAsXmlSays() throws CapProblem {
        String text = VALID.replace("Flood", "Fl<!-- x --><?pi y?><![CDATA[<o>]]>&#111;d");
        assertThat(CapXml.read(Documents.bytes(text)).event()).isEqualTo("Fl<o>od");
    }

    /** The JDK's parser has a habit of that; log collectors take standard error too. */
    @Test
    void nothingIsPrintedWhateverTheDocument() {
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            spoiledBytesGiveNothingButAProblem();
            noDoctypeOfAnyKindIsTaken();
            bytesThatAreNotInTheDeclaredEncodingAreRefused();
        } finally {
            System.setErr(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("Error]", "Warning]");
    }

    /** Whatever the bytes: an alert or a CapProblem, nothing else. */
    @Test
    void spoiledBytesGiveNothingButAProblem() {
        Random random = new Random(7);
        byte[] document = Documents.resource("dwd-wind-bilingual.xml");
        for (int round = 0; round < 1000; round++) {
            byte[] spoiled = document.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(CapXml.read(spoiled).infos()).isNotNull();
            } catch (CapProblem expected) {
                assertThat(expected.violations()).isNotEmpty();
            }
        }
    }

    @Test
    void theProblemDoesNotQuoteTheDocumentWhereItIsNotXml() {
        assertThatThrownBy(() -> CapXml.read(Documents.bytes("<alert xmlns='" + NS + "'><canary-name>x</y></alert>")))
                .isInstanceOf(CapProblem.class)
                .hasMessageNotContaining("canary");
    }
}
