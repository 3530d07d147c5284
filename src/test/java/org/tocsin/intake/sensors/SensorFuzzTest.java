package org.tocsin.intake.sensors;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tocsin.intake.Format;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.SoundTrigger;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.testing.Bounded;

/**
 * Whatever a device sends, in whichever way it claims to write, is readings or a problem that names its place. The first
 * byte chooses where it comes from; findings are kept beside the seeds, in the resources of this class.
 */
class SensorFuzzTest {
    private static final Instant NOW = Instant.parse("2026-11-26T05:00:00Z");
    private static final List<String> FROM = List.of(
            "sensors/r/senml",
            "sensors/r/tele/SENSOR",
            "sensors/r/tele/LWT",
            "sensors/zigbee/leak-1",
            "sensors/zigbee/leak-1/availability",
            "sensors/chirpstack/1/event/up",
            "hook:ttn",
            "sensors/r/plain-1",
            "sensors/r/1/status",
            "hook:gauges");
    private static final SensorNormalizer normalizer =
            new SensorNormalizer(Sensors.read(Path.of("src/test/resources/sensors/formats.yaml")));

    @FuzzTest
    void whateverADeviceSendsIsReadOrRefused(byte[] input) {
        Bounded.check(() -> read(input));
    }

    private static void read(byte[] input) {
        if (input.length == 0) {
            return;
        }
        String from = FROM.get((input[0] & 0xff) % FROM.size());
        boolean hook = from.startsWith(Submission.HOOK);
        Submission submission = new Submission(
                hook ? from : "mqtt-sensors",
                Format.MAPPED_JSON,
                Arrays.copyOfRange(input, 1, input.length),
                hook ? Map.of() : Map.of(Submission.TOPIC, from),
                new Principal("fuzz", Role.TRIGGER, null),
                null);
        try {
            SoundTrigger.check(normalizer.normalise(submission, NOW), NOW);
        } catch (UnacceptableSubmission poison) {
            SoundTrigger.check(poison);
        }
    }
}
