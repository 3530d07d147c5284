package org.tocsin.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Signs certificates for a test, by the JDK's keytool; each is there as PEM and as PKCS#12. Half a second each. */
public final class TestAuthority {
    /** Of each PKCS#12. */
    public static final String PASSWORD = "password-of-the-test-authority";

    private final Path folder;
    private final Path store;

    /**
     * What was signed.
     *
     * @param certificate PEM, with that of the authority after it
     * @param key PEM, PKCS#8
     * @param both PEM, key and certificate
     * @param store PKCS#12 with that key alone
     */
    public record Issued(Path certificate, Path key, Path both, Path store) {}

    public TestAuthority() {
        try {
            folder = Files.createTempDirectory("authority");
            store = folder.resolve("all.p12");
            pair("authority", "-ext", "bc:c");
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("authority", load().getCertificate("authority"));
            write(trust, truststore());
            Files.writeString(
                    certificate(),
                    pem("CERTIFICATE", load().getCertificate("authority").getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** PEM: whoever trusts it trusts all that is signed here. */
    public Path certificate() {
        return folder.resolve("authority.pem");
    }

    /** The same as PKCS#12. */
    public Path truststore() {
        return folder.resolve("trust.p12");
    }

    /** @param names such as {@code ip:127.0.0.1} */
    public Issued issue(String name, String names) {
        try {
            pair(name, "-signer", "authority", "-ext", "san=" + names);
            KeyStore all = load();
            Key key = all.getKey(name, PASSWORD.toCharArray());
            Certificate[] chain = all.getCertificateChain(name);
            KeyStore one = KeyStore.getInstance("PKCS12");
            one.load(null, null);
            one.setKeyEntry(name, key, PASSWORD.toCharArray(), chain);
            Issued issued = new Issued(
                    folder.resolve(name + ".pem"),
                    folder.resolve(name + ".key"),
                    folder.resolve(name + ".both.pem"),
                    folder.resolve(name + ".p12"));
            write(one, issued.store());
            StringBuilder certificates = new StringBuilder();
            for (Certificate certificate : chain) {
                certificates.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
            Files.writeString(issued.certificate(), certificates);
            Files.writeString(issued.key(), pem("PRIVATE KEY", key.getEncoded()));
            Files.writeString(issued.both(), pem("PRIVATE KEY", key.getEncoded()) + certificates);
            return issued;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore all = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            all.load(in, PASSWORD.toCharArray());
        }
        return all;
    }

    private static void write(KeyStore keys, Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            keys.store(out, PASSWORD.toCharArray());
        }
    }

    private static String pem(String what, byte[] content) {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    private void pair(String alias, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", alias));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=Test " + alias));
        command.addAll(List.of("-validity", "30", "-keystore", store.toString(), "-storetype", "PKCS12"));
        command.addAll(List.of("-storepass", PASSWORD));
        command.addAll(List.of(more));
        Path output = folder.resolve("keytool.out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("keytool failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
