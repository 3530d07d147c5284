package org.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jsmpp.bean.OptionalParameter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tocsin.simulator.SimulatorSettings.Sms.Alphabet;
import org.tocsin.simulator.SimulatorSettings.Sms.MessageIds;

/** How text, parts and ids are read and written. */
class SmsContentTest {
    private static final String TO = "33612345678";

    private Simulator simulator;
    private Esme esme;

    private void start(SimulatorSettings settings) throws IOException {
        simulator = Simulator.start(settings.withSmsReceiptAfter(Duration.ofMillis(20))
                .withRetryGaps(Duration.ofMillis(50), Duration.ofMillis(50)));
        esme = new Esme(simulator.smsc().port(), "tocsin", "simsmsc");
    }

    @AfterEach
    void stop() {
        if (esme != null) {
            esme.close();
        }
        simulator.close();
    }

    private List<Sent> to(String number) {
        return simulator.smsc().journal().messagesTo(number);
    }

    static Stream<Arguments> codings() {
        return Stream.of(
                arguments(0, new byte[] {0x00, 0x02, 0x1B, 0x65, 0x05, 0x1B, 0x3C}, "@$€é["),
                arguments(8, "Rhône 😀".getBytes(StandardCharsets.UTF_16BE), "Rhône 😀"),
                arguments(3, "Rhône".getBytes(StandardCharsets.ISO_8859_1), "Rhône"),
                arguments(1, "plain".getBytes(StandardCharsets.US_ASCII), "plain"),
                arguments(0, new byte[] {(byte) 0xE9}, "\uFFFD"));
    }

    @ParameterizedTest
    @MethodSource("codings")
    void eachDataCodingIsReadInItsAlphabet(int coding, byte[] octets, String text) throws Exception {
        start(SimulatorSettings.defaults());
        esme.submit(TO, coding, octets);
        assertThat(to(TO).get(0).text()).isEqualTo(text);
    }

    @Test
    void theDefaultAlphabetMayBeLatin1() throws Exception {
        start(SimulatorSettings.defaults().withSmsDefaultAlphabet(Alphabet.LATIN1));
        esme.submit(TO, 0, "Rhône @".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(to(TO).get(0).text()).isEqualTo("Rhône @");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void partsBecomeOneMessageWhateverTheirOrder(boolean wideReference) throws Exception {
        start(SimulatorSettings.defaults());
        byte[] whole = "😀 first second".getBytes(StandardCharsets.UTF_16BE);

        String second = esme.submitPart(TO, 8, wideReference, 7, 2, 2, Arrays.copyOfRange(whole, 2, whole.length));
        assertThat(to(TO)).isEmpty();
        assertThat(simulator.smsc().incomplete()).isEqualTo(1);
        String first = esme.submitPart(TO, 8, wideReference, 7, 2, 1, Arrays.copyOf(whole, 2));

        assertThat(to(TO)).hasSize(1);
        assertThat(to(TO).get(0).text()).isEqualTo("😀 first second");
        assertThat(to(TO).get(0).params()).containsEntry("parts", "2").containsEntry("ids", first + " " + second);
        await().until(() -> esme.receipts().size() == 2);
    }

    @Test
    void aLongMessageMayComeAsPayload() throws Exception {
        start(SimulatorSettings.defaults());
        String text = "long ".repeat(100);

        esme.submit(
                TO, 0, new byte[0], new OptionalParameter.Message_payload(text.getBytes(StandardCharsets.US_ASCII)));

        assertThat(to(TO).get(0).text()).isEqualTo(text);
    }

    @Test
    void partsMayBeNumberedByOptionalParameters() throws Exception {
        start(SimulatorSettings.defaults());
        for (byte part = 1; part <= 2; part++) {
            esme.submit(
                    TO,
                    0,
                    ("part" + part + " ").getBytes(StandardCharsets.US_ASCII),
                    new OptionalParameter.Sar_msg_ref_num((short) 300),
                    new OptionalParameter.Sar_total_segments((byte) 2),
                    new OptionalParameter.Sar_segment_seqnum(part));
        }
        assertThat(to(TO)).hasSize(1);
        assertThat(to(TO).get(0).text()).isEqualTo("part1 part2 ");
    }

    @ParameterizedTest
    @EnumSource(MessageIds.class)
    void idsAreDecimalOrHexadecimal(MessageIds ids) throws Exception {
        start(SimulatorSettings.defaults().withSmsMessageIds(ids));

        String id = esme.submit(TO, 0, "x".getBytes(StandardCharsets.US_ASCII));

        await().until(() -> esme.receipts().size() == 1);
        String told = esme.receipts().get(0).replaceAll("id:(\\S+) .*", "$1");
        long value = Long.parseLong(id, ids == MessageIds.DECIMAL ? 10 : 16);
        assertThat(Long.parseLong(told, ids == MessageIds.HEX ? 16 : 10)).isEqualTo(value);
    }
}
