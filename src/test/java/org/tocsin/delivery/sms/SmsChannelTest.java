package org.tocsin.delivery.sms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.component.smpp.SmppException;
import org.jsmpp.GenericNackResponseException;
import org.jsmpp.PDUStringException;
import org.jsmpp.extra.NegativeResponseException;
import org.jsmpp.extra.ResponseTimeoutException;
import org.jsmpp.util.StringParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.delivery.Delivery;
import org.tocsin.delivery.DeliveryChannel;
import org.tocsin.delivery.DeliveryChannelContract;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.Accepted;
import org.tocsin.delivery.DeliveryOutcome.ChannelDown;
import org.tocsin.delivery.DeliveryOutcome.Misconfigured;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.DeliveryOutcome.Throttled;
import org.tocsin.delivery.DeliveryOutcome.Unconfirmed;
import org.tocsin.delivery.DeliveryOutcome.Unreachable;
import org.tocsin.delivery.DeliveryRefused;
import org.tocsin.delivery.ProviderRequest;
import org.tocsin.delivery.ProviderResponse;
import org.tocsin.message.Rendered;
import org.tocsin.message.Rendered.SmsText;

class SmsChannelTest extends DeliveryChannelContract {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private final SmsChannel channel = new SmsChannel("TOCSIN", Clock.fixed(NOW, ZoneOffset.UTC));

    @Override
    protected DeliveryChannel channel() {
        return channel;
    }

    @Override
    protected String address() {
        return "+33612345678";
    }

    @Override
    protected Rendered message() {
        return new SmsText("flood@1", "Crue à 5 €", true, 1);
    }

    @Override
    protected ProviderResponse accepted() {
        return answer(List.of("0A1B2C"));
    }

    private static ProviderResponse answer(Object ids) {
        return new ProviderResponse("", Map.of("CamelSmppId", ids, "CamelSmppSentMessageCount", 1));
    }

    private ProviderRequest request(String text, boolean gsm7) {
        return channel.toRequest(delivery(address(), new SmsText("v", text, gsm7, 1)));
    }

    @Test
    void givesCamelTheHeadersOfASubmitSm() {
        ProviderRequest request = channel.toRequest(delivery(address(), message()));
        assertThat(request.headers())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("CamelSmppCommand", "SubmitSm"),
                        Map.entry("CamelSmppSourceAddr", "TOCSIN"),
                        Map.entry("CamelSmppSourceAddrTon", (byte) 5),
                        Map.entry("CamelSmppSourceAddrNpi", (byte) 0),
                        Map.entry("CamelSmppDestAddr", "33612345678"),
                        Map.entry("CamelSmppDestAddrTon", (byte) 1),
                        Map.entry("CamelSmppDestAddrNpi", (byte) 1),
                        Map.entry("CamelSmppAlphabet", (byte) 0),
                        Map.entry("CamelSmppDataCoding", (byte) 0),
                        Map.entry("CamelSmppEncoding", "ISO-8859-1"),
                        Map.entry("CamelSmppSplittingPolicy", "ALLOW"),
                        Map.entry("CamelSmppRegisteredDelivery", (byte) 1),
                        Map.entry("CamelSmppSingleDLR", true),
                        Map.entry("CamelSmppValidityPeriod", "000000023005000R")));
    }

    /** Expected septets from 3GPP TS 23.038, 6.2.1. */
    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "A@z|41007a",
                "é|05",
                "à|7f",
                "€|1b65",
                "5 €|35201b65",
                "$_£|021101",
                "{}[]~^\\|1b281b291b3c1b3e1b3d1b141b2f",
                "ÄÖÜßäöüñ|5b5c5e1e7b7c7e7d",
                "ΔΩ¿¡|10156040",
                "Ç|09",
                "ù ò|062008"
            })
    void writesGsmTextAsSeptets(String text, String hex) {
        ProviderRequest request = request(text, true);
        byte[] wire = ((String) request.body()).getBytes(ISO_8859_1);
        assertThat(HexFormat.of().formatHex(wire)).isEqualTo(hex);
        assertThat(request.headers()).containsEntry("CamelSmppDataCoding", (byte) 0);
        assertThat(SmsBody.received((String) request.body(), (byte) 0)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ê", "Flood 🌊", "Überschwemmung „jetzt“", "наводнение", "洪水", "ç", "’"})
    void writesEverythingElseAsUcs2EvenIfItWasThoughtToBeGsm(String text) {
        for (boolean gsm7 : new boolean[] {true, false}) {
            ProviderRequest request = request(text, gsm7);
            assertThat(request.body()).isEqualTo(text);
            assertThat(request.headers())
                    .containsEntry("CamelSmppDataCoding", (byte) 8)
                    .containsEntry("CamelSmppAlphabet", (byte) 8)
                    .containsEntry("CamelSmppEncoding", "UTF-16BE");
        }
    }

    @ParameterizedTest(name = "{0} × {1} → {2} parts")
    @CsvSource({
        "a,160,1,0",
        "a,161,2,0",
        "a,306,2,0",
        "a,307,3,0",
        "€,80,1,0",
        "€,81,2,1",
        "🌊,35,1,0",
        "🌊,36,2,1",
        "é,160,1,0",
        "洪,70,1,0",
        "洪,71,2,0",
        "洪,134,2,0",
        "洪,135,3,0"
    })
    void countsPartsAsCamelCutsThem(String character, int times, int parts, int inserted) {
        SmsBody body = SmsBody.of(character.repeat(times), true);
        assertThat(body.segments()).isEqualTo(parts);
        assertThat(body.body().chars().filter(c -> c == ' ').count()).isEqualTo(inserted);
    }

    @Test
    void neverTearsAnEscapeSequenceOrASurrogatePairApart() {
        for (int before = 0; before < 400; before++) {
            String gsm = SmsBody.of("a".repeat(before) + "€".repeat(200), true).body();
            for (int end = 153; end < gsm.length(); end += 153) {
                assertThat(gsm.charAt(end - 1)).isNotEqualTo((char) 0x1B);
            }
            String ucs2 =
                    SmsBody.of("a".repeat(before) + "🌊".repeat(200), true).body();
            for (int end = 67; end < ucs2.length(); end += 67) {
                assertThat(Character.isHighSurrogate(ucs2.charAt(end - 1))).isFalse();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"+33612345678,33612345678,1,1", "33612345678,33612345678,1,1", "36789,36789,3,0", "Mairie,Mairie,5,0"})
    void tellsTheKindOfSender(String source, String address, byte ton, byte npi) {
        Map<String, Object> headers = new SmsChannel(source, Clock.fixed(NOW, ZoneOffset.UTC))
                .toRequest(delivery(address(), message()))
                .headers();
        assertThat(headers)
                .containsEntry("CamelSmppSourceAddr", address)
                .containsEntry("CamelSmppSourceAddrTon", ton)
                .containsEntry("CamelSmppSourceAddrNpi", npi);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TwelveLetters", "+3361234567890123", "Crûe", "a\r\nb"})
    void refusesASenderThatIsNoneAndNamesTheKey(String source) {
        assertThatThrownBy(() -> new SmsChannel(source, Clock.systemUTC()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tocsin.sms.smpp.source-address");
    }

    @ParameterizedTest
    @CsvSource({
        "PT1S,000000000001000R",
        "PT59M59.9S,000000005959000R",
        "PT36H,000001120000000R",
        "P30D,000007000000000R"
    })
    void givesWhatIsLeftUntilExpiryAsValidity(Duration left, String period) throws PDUStringException {
        assertThat(SmsChannel.relative(left)).isEqualTo(period);
        org.jsmpp.util.StringValidator.validateString(period, StringParameter.VALIDITY_PERIOD);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 999})
    void sendsNothingAfterExpiry(long millis) {
        Delivery late =
                new Delivery(1, 1, 1, "sms", "1", address(), "k", 1, false, null, NOW.plusMillis(millis), message());
        assertThat(catchThrowableOfType(DeliveryRefused.class, () -> channel.toRequest(late))
                        .outcome())
                .isEqualTo(new Rejected("expired", false));
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of(List.of("0A1B2C"), new Accepted("a1b2c")),
                Arguments.of(List.of("11", "12", "13"), new Accepted("13")),
                Arguments.of("77", new Accepted("77")),
                Arguments.of(List.of(), new Unconfirmed("answer-without-id")),
                Arguments.of(List.of(""), new Unconfirmed("answer-without-id")),
                Arguments.of(List.of("a b"), new Unconfirmed("answer-without-id")),
                Arguments.of(7, new Unconfirmed("answer-without-id")));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void keepsTheIdOfTheLastPartWhichTheReceiptNames(Object ids, DeliveryOutcome outcome) {
        assertThat(channel.toOutcome(answer(ids))).isEqualTo(outcome);
    }

    private static Throwable submit(Exception cause) {
        return new SmppException(cause);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        submit(new NegativeResponseException(0x58)),
                        new Throttled("0x00000058", Duration.ofSeconds(1))),
                Arguments.of(
                        submit(new NegativeResponseException(0x14)),
                        new Throttled("0x00000014", Duration.ofSeconds(5))),
                Arguments.of(submit(new NegativeResponseException(0x0B)), new Rejected("0x0000000B", true)),
                Arguments.of(submit(new NegativeResponseException(0x45)), new Unreachable("0x00000045")),
                Arguments.of(submit(new NegativeResponseException(0x08)), new Unreachable("0x00000008")),
                Arguments.of(submit(new NegativeResponseException(0x0A)), new ChannelDown("0x0000000A")),
                Arguments.of(submit(new NegativeResponseException(0x62)), new Misconfigured("0x00000062")),
                Arguments.of(submit(new NegativeResponseException(0xFF)), new Unconfirmed("0x000000FF")),
                Arguments.of(submit(new NegativeResponseException(0x400)), new Rejected("0x00000400", false)),
                Arguments.of(submit(new NegativeResponseException(-1)), new Rejected("0xFFFFFFFF", false)),
                Arguments.of(submit(new ResponseTimeoutException("No response")), new Unconfirmed("response-timeout")),
                Arguments.of(submit(new GenericNackResponseException("x", 3)), new Unconfirmed("invalid-response")),
                Arguments.of(
                        submit(new PDUStringException("CANARY", StringParameter.DESTINATION_ADDR)),
                        new Misconfigured("invalid-pdu")),
                Arguments.of(submit(new IOException("Broken pipe")), new Unconfirmed("no-answer")),
                Arguments.of(
                        submit(new IOException("Cannot submit_sm while session 1a2b in state CLOSED")),
                        new Unreachable("not-bound")),
                Arguments.of(
                        new IOException("Lost connection to smpp://u@h:2775 and yet not reconnected"),
                        new Unreachable("not-bound")),
                Arguments.of(
                        new IOException("Receive negative bind response", new NegativeResponseException(0x0E)),
                        new ChannelDown("0x0000000E")),
                Arguments.of(
                        new IOException("Receive negative bind response", new NegativeResponseException(0x400)),
                        new Unreachable("0x00000400")),
                Arguments.of(
                        new IOException("Time out waiting", new ResponseTimeoutException("x")),
                        new Unreachable("bind-timeout")));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void readsWhatAFailureMeans(Throwable failure, DeliveryOutcome outcome) {
        assertThat(channel.toOutcome(failure)).isEqualTo(outcome);
        assertThat(channel.toOutcome(new RuntimeException(failure))).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1A2B|1a2b 6699",
                "6699|6699 1a2b 26265",
                "00006699|6699 1a2b 26265",
                "0|0",
                "000|0",
                "msg-77|msg-77",
                "DEADBEEF01|deadbeef01 956397711105",
                "3f2504e0-4f89-11d3-9a0c-0305e82c3301|3f2504e0-4f89-11d3-9a0c-0305e82c3301"
            })
    void offersTheFormsThatAMessageIdMayHave(String id, String candidates) {
        assertThat(SmppMessageIds.candidates(id)).containsExactly(candidates.split(" "));
        assertThat(SmppMessageIds.candidates(id)).startsWith(SmppMessageIds.canonical(id));
    }

    @Test
    void refusesATextOfMorePartsThanThereAre() {
        assertThat(catchThrowableOfType(DeliveryRefused.class, () -> request("a".repeat(153 * 255 + 1), true))
                        .outcome())
                .isEqualTo(new Misconfigured("text-too-long"));
    }

    @Test
    void putsTheLinkWhereTheTextWantsIt() {
        assertThat(request("OK? " + Rendered.ACKNOWLEDGE_LINK, false).body())
                .isEqualTo("OK? https://hub.example/a/x?k=1&l=2");
    }
}
