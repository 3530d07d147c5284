package org.tocsin.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An authority of this run, and the certificates that it signed: made anew each time by the JDK's {@code keytool}, so that
 * no key is kept anywhere. Takes two or three seconds.
 */
final class Certificates {
    private static final String PASSWORD = "simulated";

    private final byte[] keys;
    private final byte[] authority;

    private Certificates(byte[] keys, byte[] authority) {
        this.keys = keys;
        this.authority = authority;
    }

    static Certificates make() {
        try {
            Path folder = Files.createTempDirectory("simulated-tls");
            try {
                return make(folder);
            } finally {
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Certificates make(Path folder) throws IOException {
        Path store = folder.resolve("keys.p12");
        pair(store, "authority", "-ext", "bc:c", "-validity", "30");
        String here = "san=ip:127.0.0.1,dns:localhost";
        pair(store, "good", "-signer", "authority", "-ext", here, "-validity", "30");
        pair(store, "expired", "-signer", "authority", "-ext", here, "-startdate", "-30d", "-validity", "10");
        pair(store, "wrong-host", "-signer", "authority", "-ext", "san=dns:elsewhere.example", "-validity", "30");
        Path pem = folder.resolve("authority.pem");
        keytool(store, "-exportcert", "-rfc", "-alias", "authority", "-file", pem.toString());
        return new Certificates(Files.readAllBytes(store), Files.readAllBytes(pem));
    }

    private static void pair(Path store, String alias, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", alias));
        arguments.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=Simulated " + alias));
        arguments.addAll(List.of(more));
        keytool(store, arguments.toArray(String[]::new));
    }

    private static void keytool(Path store, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("keytool " + arguments[0] + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** @param name {@code good}, {@code expired} or {@code wrong-host} */
    PfxOptions of(String name) {
        return new PfxOptions()
                .setValue(Buffer.buffer(keys))
                .setPassword(PASSWORD)
                .setAlias(name);
    }

    /** As PEM. */
    byte[] authority() {
        return authority.clone();
    }
}
