package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DupFlagsTest {
    private final DupFlags flags = new DupFlags();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @ParameterizedTest(name = "{0} bytes at once")
    @ValueSource(ints = {1, 2, 3, 7, 1000, 1 << 20})
    void whatIsSentAgainIsToldFromWhatIsSentFirst(int atOnce) throws IOException {
        packet(0x20, 0, 0, 0);
        publish(0x32, "plant/1", 7, 3);
        packet(0xd0);
        publish(0x3a, "plant/2", 8, 200_000);
        publish(0x38, "plant/no identifier at QoS 0", 0x0a0a, 100);
        publish(0x3b, "p", 0xfffe, 0);
        publish(0x3c, "QoS 2", 9, 20);
        packet(0x40, 0, 10, 0);

        read(atOnce);

        assertThat(flags.has(7)).isFalse();
        assertThat(flags.has(8)).isTrue();
        assertThat(flags.has(0xfffe)).isTrue();
        assertThat(flags.has(9)).isTrue();
        assertThat(flags.has(10)).isFalse();
        assertThat(flags.has(0x0a0a)).isFalse();
        assertThat(flags.has(0x6e6f)).as("of the payload").isFalse();
    }

    @ParameterizedTest(name = "{0} bytes at once")
    @ValueSource(ints = {1, 1000})
    void anIdentifierOfWhatWasSentAgainIsLaterAnotherMessages(int atOnce) throws IOException {
        publish(0x3a, "plant/1", 7, 3);
        publish(0x32, "plant/1", 7, 3);

        read(atOnce);

        assertThat(flags.has(7)).isFalse();
    }

    private void publish(int first, String topic, int packetId, int payload) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.write(topic.length() >> 8);
        rest.write(topic.length());
        rest.writeBytes(topic.getBytes(StandardCharsets.US_ASCII));
        if ((first & 0x06) != 0) {
            rest.write(packetId >> 8);
            rest.write(packetId);
        }
        rest.writeBytes("no".repeat(payload).getBytes(StandardCharsets.US_ASCII));
        packet(first, rest.toByteArray());
    }

    private void packet(int first, int... rest) {
        byte[] bytes = new byte[rest.length];
        for (int i = 0; i < rest.length; i++) {
            bytes[i] = (byte) rest[i];
        }
        packet(first, bytes);
    }

    private void packet(int first, byte[] rest) {
        line.write(first);
        int length = rest.length;
        do {
            line.write(length > 0x7f ? length & 0x7f | 0x80 : length);
            length >>= 7;
        } while (length > 0);
        line.writeBytes(rest);
    }

    /** By both ways to read, and all of it as it was. */
    private void read(int atOnce) throws IOException {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        try (InputStream in = flags.listen(new ByteArrayInputStream(line.toByteArray()))) {
            byte[] buffer = new byte[atOnce + 1];
            for (int next = in.read(); next >= 0; next = in.read()) {
                seen.write(next);
                int count = in.read(buffer, 1, atOnce);
                seen.write(buffer, 1, Math.max(0, count));
            }
        }
        assertThat(seen.toByteArray()).isEqualTo(line.toByteArray());
    }
}
