package org.tocsin.delivery.sms;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jsmpp.util.DeliveryReceiptState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tocsin.delivery.DeliveryOutcome;
import org.tocsin.delivery.DeliveryOutcome.Rejected;
import org.tocsin.delivery.InboundMessage;
import org.tocsin.delivery.Receipt;

class SmppReceiptsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static Map<String, Object> receipt(Object... more) {
        Map<String, Object> headers = new HashMap<>(Map.of("CamelSmppMessageType", "DeliveryReceipt"));
        for (int i = 0; i < more.length; i += 2) {
            headers.put((String) more[i], more[i + 1]);
        }
        return headers;
    }

    static Stream<Arguments> states() {
        return Stream.of(
                Arguments.of("DELIVRD", Receipt.Kind.DELIVERED, null),
                Arguments.of("ACCEPTD", Receipt.Kind.SENT, null),
                Arguments.of("ENROUTE", Receipt.Kind.SENT, null),
                Arguments.of("UNDELIV", Receipt.Kind.FAILED, new Rejected("UNDELIV 00B", false)),
                Arguments.of("EXPIRED", Receipt.Kind.FAILED, new Rejected("EXPIRED 00B", false)),
                Arguments.of("REJECTD", Receipt.Kind.FAILED, new Rejected("REJECTD 00B", false)),
                Arguments.of("DELETED", Receipt.Kind.FAILED, new Rejected("DELETED 00B", false)),
                Arguments.of("UNKNOWN", Receipt.Kind.FAILED, new Rejected("UNKNOWN 00B", false)));
    }

    @ParameterizedTest
    @MethodSource("states")
    void readsAReceipt(String state, Receipt.Kind kind, DeliveryOutcome failure) {
        Map<String, Object> headers = receipt(
                "CamelSmppId",
                "0001A2B",
                "CamelSmppStatus",
                DeliveryReceiptState.getByName(state),
                "CamelSmppError",
                "00B");
        assertThat(SmppReceipts.parse(headers, "text", NOW).receipts())
                .containsExactly(new Receipt("sms", null, "1a2b", kind, NOW, failure));
    }

    @ParameterizedTest
    @EnumSource(DeliveryReceiptState.class)
    void knowsEveryStateOfJsmpp(DeliveryReceiptState state) {
        assertThat(SmppReceipts.parse(receipt("CamelSmppId", "1", "CamelSmppStatus", state), "", NOW)
                        .receipts())
                .hasSize(1);
    }

    @Test
    void prefersTheOptionalParametersWhichNoOneFormatsInHisOwnWay() {
        Map<Short, Object> parameters = Map.of((short) 0x001E, "77f", (short) 0x0427, (byte) 2);
        assertThat(SmppReceipts.parse(
                                receipt("CamelSmppId", "1919", "CamelSmppOptionalParameter", parameters), null, NOW)
                        .receipts())
                .containsExactly(new Receipt("sms", null, "77f", Receipt.Kind.DELIVERED, NOW, null));
    }

    static Stream<Map<String, Object>> garbage() {
        return Stream.of(
                Map.of(),
                Map.of("CamelSmppMessageType", "AlertNotification"),
                Map.of("CamelSmppMessageType", 7),
                receipt(),
                receipt("CamelSmppId", "1"),
                receipt("CamelSmppStatus", "DELIVRD"),
                receipt("CamelSmppId", "a b", "CamelSmppStatus", "DELIVRD"),
                receipt("CamelSmppId", "1", "CamelSmppStatus", "WARPED"),
                receipt("CamelSmppId", "1", "CamelSmppOptionalParameter", Map.of((short) 0x0427, (byte) -3)),
                receipt("CamelSmppId", "x".repeat(100), "CamelSmppStatus", "DELIVRD"),
                receipt("CamelSmppId", "1", "CamelSmppOptionalParameter", "CANARY"));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void countsWhatItCannotRead(Map<String, Object> headers) {
        assertThat(SmppReceipts.parse(headers, "CANARY", NOW))
                .isEqualTo(new SmppEvents(java.util.List.of(), java.util.List.of(), 1));
    }

    private static InboundMessage message(Object body, Object... headers) {
        Map<String, Object> all = receipt(headers);
        all.put("CamelSmppMessageType", "DeliverSm");
        return SmppReceipts.parse(all, body, NOW).messages().get(0);
    }

    @ParameterizedTest(name = "{0} TON {1} → {2}")
    @CsvSource({
        "33612345678,1,+33612345678",
        "33612345678,0,+33612345678",
        "+33612345678,2,+33612345678",
        "612345678,2,",
        "0612345678,0,",
        "36789,3,",
        "Mairie,5,"
    })
    void knowsWhoWrote(String source, byte ton, String from) {
        InboundMessage message = message("SAFE", "CamelSmppSourceAddr", source, "CamelSmppSourceAddrTon", ton);
        assertThat(message.from()).isEqualTo(from);
        assertThat(message.text()).isEqualTo("SAFE");
        assertThat(message.channel()).isEqualTo("sms");
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of((byte) 0, "En s\u0005curit\u0005", "En sécurité"),
                Arguments.of((byte) 0, "\u0000 \u001be", "@ €"),
                Arguments.of((byte) 0, "Caf\u00e9 @", "Café @"),
                Arguments.of((byte) 3, "Caf\u00e9 @", "Café @"),
                Arguments.of((byte) 8, "洪水", "洪水"),
                Arguments.of((byte) 0, "\u0005\u0000\u0003\u0042\u0002\u0001HELP", "HELP"),
                Arguments.of((byte) 0, "\u0006\u0008\u0004\u0042\u0043\u0002\u0001HELP", "HELP"),
                Arguments.of((byte) 8, "\u0500\u0342\u0201洪水", "洪水"),
                Arguments.of((byte) 0, "\u001b", " "),
                Arguments.of((byte) 0, "", ""));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void readsWhatWasWritten(byte coding, String body, String text) {
        assertThat(message(body, "CamelSmppDataCoding", coding).text()).isEqualTo(text);
    }

    @Test
    void hasNoTextForBytes() {
        assertThat(message(new byte[] {1, 2}, "CamelSmppDataCoding", (byte) 4).text())
                .isNull();
    }

    @Test
    void theSameWordsInAnotherPduAreAnotherMessage() {
        String first = message("HELP", "CamelSmppSourceAddr", "33612345678", "CamelSmppSequenceNumber", 1)
                .messageId();
        assertThat(message("HELP", "CamelSmppSourceAddr", "33612345678", "CamelSmppSequenceNumber", 1)
                        .messageId())
                .isEqualTo(first)
                .doesNotContain("336");
        assertThat(message("HELP", "CamelSmppSourceAddr", "33612345678", "CamelSmppSequenceNumber", 2)
                        .messageId())
                .isNotEqualTo(first);
    }
}
