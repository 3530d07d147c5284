package org.tocsin.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Dovecot as Debian packages it: mails come in by LMTP and are read by IMAP, both on ports of its own. Needs root. */
public final class Dovecot implements AutoCloseable {
    public static final String PASSWORD = "dovecot-password-of-the-tests";

    /** STARTTLS before the password. */
    public final int imapPort = HubProcess.freePort();

    public final int imapsPort = HubProcess.freePort();
    public final int lmtpPort = HubProcess.freePort();
    private final Process process;
    private final Path folder;

    /** @param certificate of the server, which hears passwords over TLS alone */
    public Dovecot(TestAuthority.Issued certificate) {
        try {
            folder = Files.createTempDirectory("dovecot");
            // Its processes are users of their own.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path mails = Files.createDirectory(folder.resolve("mail"));
            Files.setPosixFilePermissions(mails, PosixFilePermissions.fromString("rwxrwxrwx"));
            Path configuration = folder.resolve("dovecot.conf");
            Files.writeString(configuration, configuration(folder, certificate));
            process = OutsideClient.DOVECOT.start(folder.resolve("output"), "-F", "-c", configuration.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> listens(imapPort) && listens(lmtpPort));
    }

    private String configuration(Path folder, TestAuthority.Issued certificate) {
        return """
                base_dir = %1$s/run
                log_path = %1$s/log
                protocols = imap lmtp
                ssl = required
                ssl_cert = <%5$s
                ssl_key = <%6$s
                disable_plaintext_auth = yes
                mail_location = maildir:%1$s/mail/%%u
                first_valid_uid = 1
                passdb {
                  driver = static
                  args = password=%2$s
                }
                userdb {
                  driver = static
                  args = uid=nobody gid=nogroup home=%1$s/mail/%%u allow_all_users=yes
                }
                service imap-login {
                  inet_listener imap {
                    address = 127.0.0.1
                    port = %3$d
                  }
                  inet_listener imaps {
                    address = 127.0.0.1
                    port = %7$d
                    ssl = yes
                  }
                }
                service lmtp {
                  inet_listener lmtp {
                    address = 127.0.0.1
                    port = %4$d
                  }
                }
                """.formatted(
                        folder, PASSWORD, imapPort, lmtpPort, certificate.certificate(), certificate.key(), imapsPort);
    }

    /** What it says of who came, and whether they logged in. */
    public String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
