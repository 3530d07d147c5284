package org.tocsin.routing;

import javax.net.ssl.SSLContext;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/**
 * Whom a connection trusts, and as whom it shows itself, by files in PEM. Read each time that it is asked, so that a
 * connection that is made after a file was renewed has the new one.
 *
 * @param key of the configuration below which these three stand, for failures
 * @param truststore certificates of those who sign for the server; empty: those that Java trusts
 * @param certificate ours, with those between it and its signer; empty: we show none
 * @param privateKey of that certificate, PKCS#8 without a password
 */
record TlsFiles(String key, String truststore, String certificate, String privateKey) {

    TlsFiles {
        if (certificate.isEmpty() != privateKey.isEmpty()) {
            throw new IllegalArgumentException(
                    key + ".certificate and " + key + ".private-key belong together: set both, or none");
        }
    }

    /** Nothing is named: Java's own ways. */
    boolean none() {
        return truststore.isEmpty() && certificate.isEmpty();
    }

    /** @throws IllegalArgumentException naming the keys, when a file cannot be read or is no PEM */
    SSLContext context() {
        try {
            PemSslStoreDetails trusted = truststore.isEmpty() ? null : PemSslStoreDetails.forCertificate(truststore);
            PemSslStoreDetails own = certificate.isEmpty()
                    ? null
                    : PemSslStoreDetails.forCertificate(certificate).withPrivateKey(privateKey);
            return SslBundle.of(new PemSslStoreBundle(own, trusted)).createSslContext();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    key + ".truststore" + (certificate.isEmpty() ? "" : ", .certificate or .private-key")
                            + " cannot be read as PEM (" + e.getClass().getSimpleName() + ")",
                    e);
        }
    }
}
