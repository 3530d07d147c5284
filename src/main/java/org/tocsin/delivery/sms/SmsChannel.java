package org.tocsin.delivery.sms;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.Accepted;
import org.tocsin.delivery.DeliveryOutcome.Misconfigured;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.DeliveryOutcome.Unconfirmed;
import org.tocsin.delivery.DeliveryRefused;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;
import org.tocsin.message.Rendered;
import org.tocsin.message.Rendered.SmsText;

/**
 * SMS by SMPP 3.4. Headers are those of camel-smpp 4.17 (SmppConstants).
 *
 * <p>A long text goes as several {@code submit_sm}; only the last asks for a receipt ({@code CamelSmppSingleDLR}), so
 * that the one id that is kept, the last, is the one a receipt names. Where a later part is refused after an earlier
 * one was taken, the outcome is that of the refusal: a phone does not show a message of which parts are missing, so a
 * repeat is no duplicate.
 */
public final class SmsChannel implements DeliveryChannel {
    public static final String NAME = "sms";

    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");
    private static final Pattern MESSAGE_ID = Pattern.compile("[!-~]{1,65}");
    private static final byte INTERNATIONAL = 1;
    private static final byte NETWORK_SPECIFIC = 3;
    private static final byte ALPHANUMERIC = 5;
    private static final byte ISDN = 1;
    private static final byte UNKNOWN_PLAN = 0;
    private static final byte RECEIPT_ON_SUCCESS_AND_FAILURE = 1;

    /** SMSCs keep a message for days, not weeks, and some refuse a longer period (0x00000062). */
    private static final Duration LONGEST_VALIDITY = Duration.ofDays(7);

    private final Clock clock;
    private final Map<String, Object> sender;

    /**
     * @param sourceAddress {@code +} and digits, a short code of up to 6 digits, or a name of up to 11 characters; blank
     *     leaves it to the SMSC
     */
    public SmsChannel(String sourceAddress, Clock clock) {
        this.clock = clock;
        this.sender = sender(sourceAddress.strip());
    }

    private static Map<String, Object> sender(String source) {
        if (source.isEmpty()) {
            return Map.of();
        }
        if (source.matches("[0-9]{1,6}")) {
            return source(source, NETWORK_SPECIFIC, UNKNOWN_PLAN);
        }
        if (source.matches("\\+?[1-9][0-9]{6,14}")) {
            return source(source.startsWith("+") ? source.substring(1) : source, INTERNATIONAL, ISDN);
        }
        if (source.matches("[A-Za-z0-9 &._-]{1,11}")) {
            return source(source, ALPHANUMERIC, UNKNOWN_PLAN);
        }
        throw new IllegalArgumentException("tocsin.sms.smpp.source-address is neither a number in E.164, nor a short"
                + " code of up to 6 digits, nor a name of up to 11 letters and digits");
    }

    private static Map<String, Object> source(String address, byte typeOfNumber, byte numberingPlan) {
        return Map.of(
                "CamelSmppSourceAddr", address,
                "CamelSmppSourceAddrTon", typeOfNumber,
                "CamelSmppSourceAddrNpi", numberingPlan);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ProviderRequest toRequest(Delivery delivery) {
        if (!(delivery.message() instanceof SmsText text)) {
            throw new DeliveryRefused(new Misconfigured("not-an-sms-text"));
        }
        if (!E164.matcher(delivery.to()).matches()) {
            throw new DeliveryRefused(new Rejected("address-malformed", true));
        }
        Duration validity = Duration.between(clock.instant(), delivery.expires());
        if (validity.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new DeliveryRefused(new Rejected("expired", false));
        }
        SmsBody body = body(text, delivery.acknowledgeLink());
        if (body.segments() > SmsBody.MOST_SEGMENTS) {
            throw new DeliveryRefused(new Misconfigured("text-too-long"));
        }
        Map<String, Object> headers = new HashMap<>(sender);
        headers.put("CamelSmppCommand", "SubmitSm");
        headers.put("CamelSmppDestAddr", delivery.to().substring(1));
        headers.put("CamelSmppDestAddrTon", INTERNATIONAL);
        headers.put("CamelSmppDestAddrNpi", ISDN);
        headers.put("CamelSmppAlphabet", body.alphabet());
        headers.put("CamelSmppDataCoding", body.alphabet());
        headers.put("CamelSmppEncoding", body.charset());
        headers.put("CamelSmppSplittingPolicy", "ALLOW");
        headers.put("CamelSmppRegisteredDelivery", RECEIPT_ON_SUCCESS_AND_FAILURE);
        headers.put("CamelSmppSingleDLR", Boolean.TRUE);
        headers.put("CamelSmppValidityPeriod", relative(validity));
        return new ProviderRequest(body.body(), headers);
    }

    private static SmsBody body(SmsText text, @Nullable String link) {
        return SmsBody.of(withLink(text.text(), link), text.gsm7());
    }

    /** How many submits the text takes, which is what is billed: each is a segment. */
    public static int segments(SmsText text, @Nullable String link) {
        return body(text, link).segments();
    }

    private static String withLink(String text, @Nullable String link) {
        return text.contains(Rendered.ACKNOWLEDGE_LINK)
                ? text.replace(Rendered.ACKNOWLEDGE_LINK, link == null ? "" : link)
                        .stripTrailing()
                : text;
    }

    /**
     * {@code YYMMDDhhmmss000R} (SMPP 3.4, 7.1.1.2). Relative, since SMSCs differ in the time zone they take an absolute
     * time to be in, and an hour too early loses the message.
     */
    static String relative(Duration validity) {
        Duration period = validity.compareTo(LONGEST_VALIDITY) > 0 ? LONGEST_VALIDITY : validity;
        return String.format(
                "0000%02d%02d%02d%02d000R",
                period.toDays(), period.toHoursPart(), period.toMinutesPart(), period.toSecondsPart());
    }

    @Override
    public DeliveryOutcome toOutcome(ProviderResponse response) {
        Object ids = response.headers().get("CamelSmppId");
        Object last = ids instanceof List<?> list ? (list.isEmpty() ? null : list.get(list.size() - 1)) : ids;
        String id = last instanceof String text ? text.strip() : "";
        return MESSAGE_ID.matcher(id).matches()
                ? new Accepted(SmppMessageIds.canonical(id))
                : new Unconfirmed("answer-without-id");
    }

    @Override
    public DeliveryOutcome toOutcome(Throwable failure) {
        return SmppFailure.outcome(failure);
    }
}
