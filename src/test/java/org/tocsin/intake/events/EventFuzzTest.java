package org.tocsin.intake.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tocsin.intake.Format;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.SoundTrigger;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.http.CloudEvent;
import org.tocsin.intake.sensors.Sensors;
import org.tocsin.testing.Bounded;

/**
 * Whatever another tool posts is reports that an incident can be made of, or a problem that names its place. The first byte
 * chooses the tool, of those in config/events.yaml, and how the event comes: as it is; in the envelope of a CloudEvent that
 * is taken off it first, as from Kafka; or with the attributes of one beside it, each a line before the body.
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
        Bounded.check(() -> read(input));
    }

    private static void read(byte[] input) {
        if (input.length == 0) {
            return;
        }
        String tool = TOOLS.get(input[0] & 7);
        byte[] body = Arrays.copyOfRange(input, 1, input.length);
        Map<String, String> attributes = new HashMap<>();
        switch (input[0] >> 3 & 3) {
            case 1 -> body = unwrapped(body, attributes);
            case 2 -> body = behindAttributes(body, attributes);
            default -> {}
        }
        Submission submission = new Submission(
                tool, Format.MAPPED_JSON, body, attributes, new Principal("fuzz", Role.TRIGGER, null), null);
        try {
            SoundTrigger.check(normalizer.normalise(submission, NOW), NOW);
        } catch (UnacceptableSubmission poison) {
            SoundTrigger.check(poison);
        }
    }

    private static byte[] unwrapped(byte[] body, Map<String, String> attributes) {
        CloudEvent event = CloudEvent.structured(body);
        if (event == null) {
            return body;
        }
        attributes.putAll(event.attributes());
        assertThat(attributes.values()).allSatisfy(EventFuzzTest::sound);
        return event.data();
    }

    private static byte[] behindAttributes(byte[] body, Map<String, String> attributes) {
        int from = 0;
        for (String name : CloudEvent.KEPT) {
            int to = from;
            while (to < body.length && body[to] != '\n') {
                to++;
            }
            String value = CloudEvent.bounded(new String(body, from, to - from, StandardCharsets.UTF_8));
            sound(value);
            attributes.put(Submission.CLOUD_EVENT + name, value);
            from = Math.min(to + 1, body.length);
        }
        return Arrays.copyOfRange(body, from, body.length);
    }

    private static void sound(String attribute) {
        assertThat(attribute.codePointCount(0, attribute.length())).isLessThanOrEqualTo(256);
        assertThat(attribute.chars()).noneMatch(Character::isISOControl);
    }
}
