package org.tocsin.privacy;

import com.google.crypto.tink.Aead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** Encrypts names, addresses and provider ids for the database (AES-256-GCM). Safe for any number of threads. */
public final class AddressCipher {
    /** Binds a ciphertext to its purpose: one made for something else with the same key is not accepted here. */
    private static final byte[] PURPOSE = "tocsin:personal".getBytes(StandardCharsets.UTF_8);

    private final Aead aead;

    AddressCipher(Aead aead) {
        this.aead = aead;
    }

    /** A different result each time: to find an address again, use {@link LookupHash}. */
    public byte[] encrypt(String plain) {
        try {
            return aead.encrypt(plain.getBytes(StandardCharsets.UTF_8), PURPOSE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not work on this Java", e);
        }
    }

    /** @throws IllegalStateException when it was changed, or written with another key */
    public String decrypt(byte[] encrypted) {
        try {
            return new String(aead.decrypt(encrypted, PURPOSE), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a stored value was changed or was written with another key", e);
        }
    }
}
