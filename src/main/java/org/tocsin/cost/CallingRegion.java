package org.tocsin.cost;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;

/** The country that a phone number belongs to, as those who bill by it see it. */
final class CallingRegion {
    /** Of a number that is no number, or is not known (CLDR's code for an unknown region). */
    static final String UNKNOWN = "ZZ";

    /** Of satellite and other numbers that belong to no country. */
    private static final String NO_COUNTRY = "001";

    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();

    private CallingRegion() {}

    /**
     * ISO 3166, {@code 001} or {@link #UNKNOWN}. A number outside the ranges that libphonenumber knows, which lag behind the
     * regulators', belongs to the main country of its calling code.
     */
    static String of(String e164) {
        try {
            PhoneNumber number = PHONES.parse(e164, null);
            String region = PHONES.getRegionCodeForNumber(number);
            return region != null ? region : PHONES.getRegionCodeForCountryCode(number.getCountryCode());
        } catch (NumberParseException e) {
            return UNKNOWN;
        }
    }

    static boolean isKnown(String region) {
        return region.equals(NO_COUNTRY) || PHONES.getSupportedRegions().contains(region);
    }
}
