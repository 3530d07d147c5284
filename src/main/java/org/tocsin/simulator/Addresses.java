package org.tocsin.simulator;

import java.util.Locale;

/** How recipients are written in journals and fault plans, so that one person has one key. */
final class Addresses {
    private Addresses() {}

    /** A mail address in lower case, a phone number as {@code +digits}, anything else as it is. */
    static String key(String address) {
        String trimmed = address.strip();
        if (trimmed.indexOf('@') >= 0) {
            return trimmed.toLowerCase(Locale.ROOT);
        }
        return isPhone(trimmed) ? "+" + digits(trimmed) : trimmed;
    }

    /** Digits with the separators that WhatsApp allows: {@code + - ( )} and blanks. */
    static boolean isPhone(String address) {
        boolean digit = false;
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c >= '0' && c <= '9') {
                digit = true;
            } else if ("+-() .".indexOf(c) < 0) {
                return false;
            }
        }
        return digit;
    }

    static String digits(String address) {
        StringBuilder digits = new StringBuilder(address.length());
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c >= '0' && c <= '9') {
                digits.append(c);
            }
        }
        return digits.toString();
    }
}
