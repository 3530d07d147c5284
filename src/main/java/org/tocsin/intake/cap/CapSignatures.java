package org.tocsin.intake.cap;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Alert;
import org.tocsin.intake.Marks;
import org.tocsin.intake.Marks.Signature;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Enveloped XML signatures of alerts (CAP 1.2, 3.3.4.1; W3C XML Signature), against the certificates of the configuration,
 * never against one that comes along. Only a signature over the whole alert counts: one that covers a part says nothing of
 * the rest. With the JDK's secure validation: no address is opened, no XSLT run, SHA-1 and short keys are no proof.
 */
public final class CapSignatures {
    private static final Set<String> WHOLE = Set.of(
            Transform.ENVELOPED,
            CanonicalizationMethod.INCLUSIVE,
            CanonicalizationMethod.INCLUSIVE_WITH_COMMENTS,
            CanonicalizationMethod.EXCLUSIVE,
            CanonicalizationMethod.EXCLUSIVE_WITH_COMMENTS);

    private record Signer(Pattern sender, List<X509Certificate> certificates, boolean required) {}

    private final List<Signer> signers;

    /** @throws IllegalArgumentException when a certificate cannot be read */
    public CapSignatures(SignatureSettings settings) {
        signers = settings.signers().stream()
                .map(s -> new Signer(s.sender(), certificates(s), s.required()))
                .toList();
    }

    public static CapSignatures none() {
        return new CapSignatures(new SignatureSettings(null));
    }

    private static List<X509Certificate> certificates(SignatureSettings.Signer signer) {
        List<X509Certificate> certificates = new ArrayList<>();
        try (InputStream file = Files.newInputStream(signer.certificates())) {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(file)
                    .forEach(certificate -> certificates.add((X509Certificate) certificate));
        } catch (IOException | CertificateException e) {
            certificates.clear();
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("tocsin.intake.signers: " + signer.certificates()
                    + " holds no certificate that can be read: it wants X.509 in PEM");
        }
        return certificates;
    }

    /** @param document as it came; null where its form cannot be signed */
    Marks marks(Alert alert, byte @Nullable [] document, boolean signed) {
        List<Signer> its = signers.stream()
                .filter(s -> s.sender().matcher(alert.sender()).matches())
                .toList();
        if (document == null || !signed) {
            Marks none = Marks.NONE;
            return its.stream().anyMatch(Signer::required)
                    ? none.doubted("It is not signed, and alerts of this sender must be.")
                    : none;
        }
        if (its.isEmpty()) {
            return new Marks(Signature.UNCHECKED, List.of());
        }
        List<X509Certificate> certificates =
                its.stream().flatMap(s -> s.certificates().stream()).toList();
        String why = problem(document, certificates);
        return why == null
                ? new Marks(Signature.VALID, List.of())
                : new Marks(Signature.INVALID, List.of("Its signature is invalid: " + why + "."));
    }

    /** Why the signature is none, or null. */
    private static @Nullable String problem(byte[] document, List<X509Certificate> certificates) {
        try {
            Element alert = alert(parse(document));
            Element signature = alert == null ? null : signature(alert);
            if (signature == null) {
                return "it is not one, directly in the alert";
            }
            String last = "it is of none of the configured certificates, or the alert was changed";
            for (X509Certificate certificate : certificates) {
                String why = problem(signature, certificate);
                if (why == null) {
                    return null;
                }
                last = why;
            }
            return last;
        } catch (SAXException | IOException | ParserConfigurationException | RuntimeException e) {
            // The JDK throws unchecked ones for some malformed signatures.
            return "it cannot be read";
        }
    }

    private static @Nullable String problem(Element signature, X509Certificate certificate) {
        DOMValidateContext context =
                new DOMValidateContext(KeySelector.singletonKeySelector(certificate.getPublicKey()), signature);
        context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.TRUE);
        try {
            XMLSignature found = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
            if (!coversTheWhole(found)) {
                return "it does not cover the whole alert";
            }
            if (!found.validate(context)) {
                return "it is of none of the configured certificates, or the alert was changed";
            }
            certificate.checkValidity();
            return null;
        } catch (CertificateException e) {
            return "its certificate is not valid now";
        } catch (MarshalException | XMLSignatureException | RuntimeException e) {
            return "it is no signature that is accepted: SHA-256 or better over the whole alert";
        }
    }

    private static boolean coversTheWhole(XMLSignature signature) {
        List<Reference> references = signature.getSignedInfo().getReferences();
        return references.size() == 1
                && "".equals(references.get(0).getURI())
                && references.get(0).getTransforms().stream()
                        .allMatch(transform -> WHOLE.contains(transform.getAlgorithm()))
                && signature.getObjects().isEmpty();
    }

    private static Document parse(byte[] document) throws ParserConfigurationException, SAXException, IOException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setXIncludeAware(false);
        factory.setExpandEntityReferences(false);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(new DefaultHandler()); // the JDK's own prints the document
        return builder.parse(new ByteArrayInputStream(document));
    }

    /** The root, or the one alert in an envelope, as a document of its own: what its signature is over. */
    private static @Nullable Element alert(Document document) throws ParserConfigurationException {
        Element root = document.getDocumentElement();
        if ("alert".equals(root.getLocalName())) {
            return root;
        }
        NodeList alerts = document.getElementsByTagNameNS("*", "alert");
        if (alerts.getLength() != 1) {
            return null;
        }
        Document own = DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .newDocument();
        Element alert = (Element) own.importNode(alerts.item(0), true);
        own.appendChild(alert);
        return alert;
    }

    private static @Nullable Element signature(Element alert) {
        Element found = null;
        for (Node node = alert.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element
                    && XMLSignature.XMLNS.equals(element.getNamespaceURI())
                    && "Signature".equals(element.getLocalName())) {
                if (found != null) {
                    return null;
                }
                found = element;
            }
        }
        return found;
    }
}
