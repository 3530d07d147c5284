package org.tocsin.directory;

import java.util.Locale;
import java.util.regex.Pattern;

/** The one spelling of an address under which it is hashed: a STOP must be found however a provider writes it. */
final class AddressForm {
    static final String EMAIL = "email";
    private static final Pattern SEPARATORS = Pattern.compile("[\\s().\\-]");
    private static final Pattern DIGITS = Pattern.compile("\\d+");

    private AddressForm() {}

    /** Mail addresses in lower case; numbers without separators and with {@code +} (WhatsApp leaves it out). */
    static String canonical(String channel, String address) {
        String plain = address.strip();
        if (plain.isEmpty()) {
            throw new IllegalArgumentException("an address on " + channel + " is blank");
        }
        if (channel.equals(EMAIL) || plain.indexOf('@') >= 0) {
            return plain.toLowerCase(Locale.ROOT);
        }
        String number = SEPARATORS.matcher(plain).replaceAll("");
        return DIGITS.matcher(number).matches() ? "+" + number : number;
    }
}
