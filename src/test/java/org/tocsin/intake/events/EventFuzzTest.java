package org.tocsin.intake.events;

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
import org.tocsin.intake.sensors.Sensors;

/**
 * Whatever another tool posts is reports that an incident can be made of, or a problem that names its place. The first byte
 * chooses the tool, of those in config/events.yaml.
 */
class EventFuzzTest {
    private static final Instant NOW = Instant.parse("2026-11-26T05:00:00Z");
    private static final List<String> TOOLS = List.of(
            "hook:alertmanager",
            "hook:grafana",
            "hook:pagerduty",
            "hook:opsgenie",
            "hook:servicenow",
            "hook:zabbix",
            "hook:icinga2",
            "hook:cloudevents");
    private static final EventNormalizer normalizer = new EventNormalizer(
            Events.read(Path.of("config/events.yaml"), Sensors.read(Path.of("config/sensors.yaml"))));

    @FuzzTest
    void whateverAToolPostsIsReadOrRefused(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Submission submission = new Submission(
                TOOLS.get((input[0] & 0xff) % TOOLS.size()),
                Format.MAPPED_JSON,
                Arrays.copyOfRange(input, 1, input.length),
                Map.of(),
                new Principal("fuzz", Role.TRIGGER, null),
                null);
        try {
            SoundTrigger.check(normalizer.normalise(submission, NOW), NOW);
        } catch (UnacceptableSubmission poison) {
            SoundTrigger.check(poison);
        }
    }
}
