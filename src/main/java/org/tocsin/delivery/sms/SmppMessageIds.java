package org.tocsin.delivery.sms;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Message ids of SMSCs, which are often hexadecimal in {@code submit_sm_resp} and decimal in the receipt, or the other
 * way round, with or without leading zeros.
 */
public final class SmppMessageIds {
    /** Longer ones are no numbers that somebody wrote in another base. */
    private static final int LONGEST_NUMBER = 32;

    private SmppMessageIds() {}

    /** The form in which an id is stored: lower case, no leading zeros. */
    public static String canonical(String id) {
        String lower = id.strip().toLowerCase(Locale.ROOT);
        int zeros = 0;
        while (zeros < lower.length() - 1 && lower.charAt(zeros) == '0') {
            zeros++;
        }
        return lower.substring(zeros);
    }

    /**
     * The stored forms that an id in a receipt may stand for, the likeliest first: as it is, then as the other base.
     * The first that belongs to an attempt is the one.
     */
    public static List<String> candidates(String id) {
        String canonical = canonical(id);
        Set<String> forms = new LinkedHashSet<>();
        forms.add(canonical);
        if (canonical.length() <= LONGEST_NUMBER) {
            if (canonical.matches("[0-9]+")) {
                forms.add(new BigInteger(canonical).toString(16));
            }
            if (canonical.matches("[0-9a-f]+")) {
                forms.add(new BigInteger(canonical, 16).toString());
            }
        }
        return new ArrayList<>(forms);
    }
}
