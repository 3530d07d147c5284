package org.tocsin.alert;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * CAP 1.2 as XML, {@code application/cap+xml}; read are 1.1 and 1.0 too, and any of them in an EDXL-DE envelope.
 *
 * <p>Reading is hardened: a document with a DTD is refused unread, nothing outside the document is ever fetched, and
 * everything is bounded by {@link CapLimits}. Elements of other namespaces are passed over; whether there is a
 * {@code ds:Signature} is told, it is not verified here. Elements may come in any order; they are written in CAP's.
 *
 * <p>White space at both ends of a text is not kept.
 */
public final class CapXml {
    public static final String NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2";
    public static final String MEDIA_TYPE = "application/cap+xml";

    private static final String ANY_CAP = "urn:oasis:names:tc:emergency:cap:";
    private static final Set<String> VERSIONS = Set.of(NAMESPACE, CapVersions.CAP_1_1, CapVersions.CAP_1_0);
    /** OASIS EDXL-DE 1.0 and 2.0: an envelope, which may hold an alert. Both are met in small letters and in capitals. */
    private static final Set<String> ENVELOPES =
            Set.of("urn:oasis:names:tc:emergency:edxl:de:1.0", "urn:oasis:names:tc:emergency:edxl:de:2.0");

    private static final String SIGNATURES = "http://www.w3.org/2000/09/xmldsig#";
    private static final String XINCLUDE = "http://www.w3.org/2001/XInclude";

    /**
     * What came.
     *
     * @param signed whether there is a {@code ds:Signature} anywhere in the document
     * @param envelopeStatus the {@code distributionStatus} of its envelope, or null; all of them where it has several
     */
    public record Received(
            Alert alert, boolean signed, @Nullable String envelopeStatus) {}

    private final XMLStreamReader xml;
    private int elements;
    /** Of the alert that is being read. */
    private String namespace = NAMESPACE;

    private boolean signed;

    @Nullable
    private String envelopeStatus;

    private CapXml(XMLStreamReader xml) {
        this.xml = xml;
    }

    /**
     * @param document in UTF-8, or in the encoding that its XML declaration or byte order mark says
     * @throws CapProblem with every violation found; for what is not XML, or beyond a limit, with that one
     */
    public static Alert read(byte[] document) throws CapProblem {
        return receive(document).alert();
    }

    /** The same with what stands around the alert. */
    public static Received receive(byte[] document) throws CapProblem {
        if (document.length > CapLimits.MAX_BYTES) {
            throw new CapProblem("alert", "at most %,d bytes".formatted(CapLimits.MAX_BYTES));
        }
        return parse(XmlEncoding.decoded(document));
    }

    public static byte[] write(Alert alert) {
        return text(alert).getBytes(StandardCharsets.UTF_8);
    }

    /** The same as {@link #write}, as a string; its XML declaration says UTF-8. */
    public static String text(Alert alert) {
        return XmlSink.document(NAMESPACE, out -> CapOrder.alert(alert, out));
    }

    private static Received parse(String document) throws CapProblem {
        XMLStreamReader xml = null;
        CapXml reader;
        RawNode.Group alert;
        try {
            xml = hardened().createXMLStreamReader(new StringReader(document));
            reader = new CapXml(xml);
            alert = reader.document();
        } catch (XMLStreamException e) {
            throw notXml(e.getLocation());
        } catch (RuntimeException e) {
            // The JDK's parser throws unchecked ones for some malformed input. The bytes will not change, so this is
            // the document's problem, not one to retry.
            throw notXml(xml == null ? null : xml.getLocation());
        }
        alert = CapVersions.upgraded(alert, reader.namespace);
        return new Received(CapRules.alert(alert), reader.signed, reader.envelopeStatus);
    }

    /** The JDK's own parser by name: another one on the class path would not know these settings. */
    private static XMLInputFactory hardened() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setProperty("jdk.xml.elementAttributeLimit", Integer.toString(CapLimits.MAX_ATTRIBUTES));
        factory.setXMLResolver((publicId, systemId, baseUri, namespace) -> {
            throw new XMLStreamException("nothing is fetched");
        });
        return factory;
    }

    private static CapProblem notXml(@Nullable Location at) {
        // Not the parser's message: it quotes the document and speaks the language of the machine.
        String where = at == null
                ? ""
                : " (reading stopped at line %d, column %d)".formatted(at.getLineNumber(), at.getColumnNumber());
        return new CapProblem(
                "alert",
                "well-formed XML" + where
                        + ": every tag closed, & and < escaped, no character that XML forbids, such as NUL");
    }

    private RawNode.Group document() throws XMLStreamException, CapProblem {
        while (true) {
            switch (xml.next()) {
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> throw noDtd();
                case XMLStreamConstants.START_ELEMENT -> {
                    RawNode alert = isEnvelope() ? enveloped() : alert(1);
                    toTheEnd();
                    return alert instanceof RawNode.Group group ? group : new RawNode.Group(Map.of(), "");
                }
                default -> {} // comments, processing instructions, white space
            }
        }
    }

    private boolean isEnvelope() {
        return isOfAnEnvelope("EDXLDistribution");
    }

    /** In any letters: the names of 2.0 are met in several, and a drill must not be passed over for one. */
    private boolean isOfAnEnvelope(String name) {
        return name.equalsIgnoreCase(xml.getLocalName())
                && ENVELOPES.contains(namespace().toLowerCase(Locale.ROOT));
    }

    private RawNode alert(int depth) throws XMLStreamException, CapProblem {
        requireAlert();
        namespace = namespace();
        return element(depth);
    }

    /** The one alert in an envelope; whom the envelope is for does not decide whom the alert is for. */
    private RawNode enveloped() throws XMLStreamException, CapProblem {
        RawNode alert = null;
        int depth = 1;
        bound(depth);
        while (depth > 0) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if ("alert".equals(xml.getLocalName()) && VERSIONS.contains(namespace())) {
                        if (alert != null) {
                            throw new CapProblem("alert", "one alert in an envelope: hand in each for itself");
                        }
                        alert = alert(depth + 1);
                    } else if (isOfAnEnvelope("distributionStatus")) {
                        String status = status(depth + 1);
                        envelopeStatus = envelopeStatus == null ? status : envelopeStatus + " " + status;
                    } else {
                        noteSignature();
                        bound(++depth);
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> depth--;
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> throw noDtd();
                default -> {} // text, comments
            }
        }
        if (alert == null) {
            throw new CapProblem("alert", "an alert of CAP in the embeddedXMLContent of the envelope");
        }
        return alert;
    }

    /** In 1.0 a word; in 2.0 often a Value, beside the address of the list that it is from. */
    private String status(int depth) throws XMLStreamException, CapProblem {
        StringBuilder status = new StringBuilder();
        boolean ofTheList = false;
        int open = depth;
        bound(open);
        while (open >= depth) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    ofTheList = "ValueListURI".equalsIgnoreCase(xml.getLocalName());
                    bound(++open);
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    ofTheList = false;
                    open--;
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (!ofTheList) {
                        status.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                    }
                }
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> throw noDtd();
                default -> {} // comments
            }
        }
        return CapText.strip(status.toString());
    }

    private void noteSignature() {
        signed |= "Signature".equals(xml.getLocalName()) && SIGNATURES.equals(namespace());
    }

    private void toTheEnd() throws XMLStreamException {
        while (xml.hasNext()) {
            xml.next();
        }
    }

    private void requireAlert() throws CapProblem {
        if (!VERSIONS.contains(namespace()) || !"alert".equals(xml.getLocalName())) {
            throw new CapProblem(
                    "alert",
                    "the root element alert in the namespace %s (or of CAP 1.1 or 1.0), not %s in %s"
                            .formatted(NAMESPACE, Quotation.of(xml.getLocalName()), Quotation.of(namespace())));
        }
    }

    /** Reads one element from its start tag to its end tag. */
    private RawNode element(int depth) throws XMLStreamException, CapProblem {
        bound(depth);
        Map<String, List<RawNode>> members = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder();
        for (int event = xml.next(); event != XMLStreamConstants.END_ELEMENT; event = xml.next()) {
            switch (event) {
                case XMLStreamConstants.START_ELEMENT -> child(members, depth + 1);
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
                    text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> throw noDtd();
                default -> {} // comments, processing instructions
            }
        }
        return members.isEmpty()
                ? new RawNode.Text(text.toString(), false)
                : new RawNode.Group(members, text.toString());
    }

    private void child(Map<String, List<RawNode>> members, int depth) throws XMLStreamException, CapProblem {
        String name = xml.getLocalName();
        String its = namespace();
        noteSignature();
        RawNode node = element(depth);
        if (namespace.equals(its)) {
            add(members, name, node);
        } else if (its.isEmpty() || its.startsWith(ANY_CAP) || VERSIONS.contains(its)) {
            // Passing over it could drop an addresses or an area whose author only forgot the prefix.
            add(members, name, new RawNode.Wrong("an element in the namespace " + namespace));
        } else if (its.equals(XINCLUDE)) {
            add(members, name, new RawNode.Wrong("no XInclude: nothing is fetched"));
        }
    }

    private static void add(Map<String, List<RawNode>> members, String name, RawNode node) {
        members.computeIfAbsent(name, n -> new ArrayList<>()).add(node);
    }

    private String namespace() {
        String namespace = xml.getNamespaceURI();
        return namespace == null ? "" : namespace;
    }

    private void bound(int depth) throws CapProblem {
        if (depth > CapLimits.MAX_XML_DEPTH) {
            throw new CapProblem("alert", "elements nested at most %d deep".formatted(CapLimits.MAX_XML_DEPTH));
        }
        // Each look-up of a prefix walks over all declarations in force.
        if (xml.getNamespaceCount() > CapLimits.MAX_ATTRIBUTES) {
            throw new CapProblem(
                    "alert", "at most %d namespace declarations in one element".formatted(CapLimits.MAX_ATTRIBUTES));
        }
        if (++elements > CapLimits.MAX_ELEMENTS) {
            throw new CapProblem("alert", "at most %,d elements".formatted(CapLimits.MAX_ELEMENTS));
        }
    }

    private static CapProblem noDtd() {
        return new CapProblem("alert", "no DOCTYPE and no entities but those of XML itself");
    }
}
