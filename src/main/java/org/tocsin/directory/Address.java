package org.tocsin.directory;

import java.util.Arrays;

/**
 * One way to reach a person on a channel. Personal.
 *
 * @param text E.164 with {@code +}, or an e-mail address
 * @param encrypted the same, as it is stored
 * @param hash of its canonical form; what equal addresses are known by
 */
public record Address(String text, byte[] encrypted, byte[] hash) {

    public boolean isSameAs(byte[] otherHash) {
        return Arrays.equals(hash, otherHash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address address && isSameAs(address.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    /** Without any of it. */
    @Override
    public String toString() {
        return "Address[]";
    }
}
