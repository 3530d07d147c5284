package org.tocsin.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/** Signs alerts by the JDK's own signer, with a certificate made by its keytool. */
public final class AlertSigner {
    public static final String SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
    public static final String SHA1 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1";

    private static final char[] PASSWORD = "password".toCharArray();

    private final Path folder;
    private final String name;
    private final PrivateKey key;

    /** @param more of keytool, such as {@code -validity} */
    public AlertSigner(Path folder, String name, String... more) {
        this.folder = folder;
        this.name = name;
        List<String> arguments = new ArrayList<>(List.of(
                "-genkeypair", "-alias", name, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=" + name));
        arguments.addAll(List.of(more));
        try {
            keytool(arguments);
            keytool(List.of(
                    "-exportcert",
                    "-rfc",
                    "-alias",
                    name,
                    "-file",
                    certificate().toString()));
            key = (PrivateKey) KeyStore.getInstance(store().toFile(), PASSWORD).getKey(name, PASSWORD);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** In PEM. */
    public Path certificate() {
        return folder.resolve(name + ".pem");
    }

    private Path store() {
        return folder.resolve(name + ".p12");
    }

    private void keytool(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(arguments);
        command.addAll(List.of("-keystore", store().toString(), "-storetype", "PKCS12", "-storepass", "password"));
        Path log = folder.resolve("keytool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As it should be: over the whole alert. */
    public String signed(String alert) {
        return signed(alert, SHA256, "", Transform.ENVELOPED);
    }

    /** @param uri what the signature is over */
    public String signed(String alert, String algorithm, String uri, String transform) {
        try {
            Document document = DocumentBuilderFactory.newDefaultNSInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(alert.getBytes(StandardCharsets.UTF_8)));
            sign(document, algorithm, uri, transform);
            Transformer writer = TransformerFactory.newDefaultInstance().newTransformer();
            writer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter out = new StringWriter();
            writer.transform(new DOMSource(document), new StreamResult(out));
            return out.toString();
        } catch (IOException | SAXException | ParserConfigurationException | TransformerException e) {
            throw new IllegalStateException(e);
        } catch (GeneralSecurityException | MarshalException | XMLSignatureException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sign(Document document, String algorithm, String uri, String transform)
            throws GeneralSecurityException, MarshalException, XMLSignatureException {
        XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
        Reference reference = factory.newReference(
                uri,
                factory.newDigestMethod(DigestMethod.SHA256, null),
                List.of(factory.newTransform(transform, (TransformParameterSpec) null)),
                null,
                null);
        DOMSignContext context = new DOMSignContext(key, document.getDocumentElement());
        context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.FALSE);
        factory.newXMLSignature(
                        factory.newSignedInfo(
                                factory.newCanonicalizationMethod(
                                        CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
                                factory.newSignatureMethod(algorithm, null),
                                List.of(reference)),
                        null)
                .sign(context);
    }
}
