package org.tocsin.intake.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tocsin.intake.Format;
import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.IntakeBench;
import org.tocsin.intake.payload.Frame;

/**
 * Payloads in the shapes that the makers publish (RFC 8428 section 5; Tasmota, MQTT; Zigbee2MQTT, MQTT topics; ChirpStack
 * v4, event types; The Things Stack v3, data formats; 2026-11), with devices of our own, by {@code formats.yaml}.
 */
class SensorFormatsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T05:00:00Z");
    private static final SensorNormalizer normalizer =
            new SensorNormalizer(Sensors.read(Path.of("src/test/resources/sensors/formats.yaml")));

    private static final SensorNormalizer defaultTopics =
            new SensorNormalizer(Sensors.read(Path.of("src/test/resources/sensors/default-topics.yaml")));

    /** Without topic a webhook of that name; each reading is mapping, device, value and seconds before now. */
    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    sensors/r/senml | [{"bn":"urn:dev:gauge:7:","bt":1795669140,"bu":"m","bv":4,"n":"level","v":0.25},{"n":"level","t":30,"v":-1},{"n":"battery","u":"%EL","v":80}] | senml-level urn:dev:gauge:7:level 4.25 60, senml-level urn:dev:gauge:7:level 3.0 30
                    sensors/r/senml | [{"n":"urn:dev:gauge:8:level","u":"m","t":-5,"v":4.2}] | senml-level urn:dev:gauge:8:level 4.2 5
                    sensors/r/senml | [{"bn":"urn:dev:gauge:9:"},{"n":"level","v":1}] | senml-level urn:dev:gauge:9:level 1 0
                    sensors/r/senml | [{"n":"urn:dev:mac:0024befffe804ff1:temp","u":"Cel","v":22}] |
                    sensors/r/senml | [{"bn":"urn:dev:meter:5","bs":1000,"u":"l","v":0.2,"s":20.5},{"n":"-b","s":-1}] | senml-volume urn:dev:meter:5 1020.5 0, senml-volume urn:dev:meter:5-b 999.0 0
                    sensors/boiler/tele/SENSOR | {"Time":"2026-11-26T05:59:50","DS18B20":{"Id":"01144A0CB2AA","Temperature":63.4},"TempUnit":"C"} | tasmota-heat boiler 63.4 10
                    sensors/boiler/tele/LWT | Offline | tasmota-away boiler Offline 0
                    sensors/zigbee/leak-1 | {"battery":4,"linkquality":87,"voltage":2700,"water_leak":true,"last_seen":"2026-11-26T04:59:58+00:00"} | zigbee-leak leak-1 true 2, zigbee-battery leak-1 4 2
                    sensors/zigbee/leak-1 | {"water_leak":false,"last_seen":1795669198000} | zigbee-leak leak-1 false 2
                    sensors/zigbee/leak-1/availability | {"state":"offline"} | zigbee-away leak-1 offline 0
                    sensors/roof/plain-2 | 4.2 | plain-level plain-2 4.2 0
                    sensors/roof/gw-3/status | offline | last-will gw-3 offline 0
                    hook:gauges | gauge;time;level#ponte;2026-11-26 04:59:00;4,21#moulin;2026-11-26 04:58:00;1,07 | csv-gauges ponte 4,21 60, csv-gauges moulin 1,07 120
                    """)
    void whatDevicesSendBecomesReadings(String from, String payload, String expected) throws Exception {
        assertThat(words(read(from, payload.replace('#', '\n')))).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void anUplinkOfChirpStackIsReadFromItsBytes() throws Exception {
        List<Reading> readings =
                readings(read("sensors/chirpstack/a84041000181c061/event/up", chirpStack(2, 4200, 10)));

        assertThat(words(readings)).isEqualTo("chirpstack-level a84041000181c061 4.2 1");
        assertThat(readings.get(0).fields()).containsEntry("/deviceInfo/deviceName", "Pont Neuf");
        assertThat(readings.get(0).origin().frame()).isEqualTo(new Frame("00189440", 10));
        assertThat(readings(read("sensors/chirpstack/a84041000181c061/event/up", chirpStack(5, 4200, 11))))
                .as("another port: another kind of message")
                .isEmpty();
    }

    @Test
    void anUplinkOfTheThingsStackIsReadFromItsDecodedObjectAndAJoinIsNone() throws Exception {
        List<Reading> readings = readings(read("hook:ttn", """
                {"end_device_ids":{"device_id":"smoke-4","application_ids":{"application_id":"plant"},
                 "dev_eui":"0004A30B001C0530","dev_addr":"00BCB929"},"correlation_ids":["gs:uplink:01"],
                 "received_at":"2026-11-26T04:59:57.444412Z",
                 "uplink_message":{"session_key_id":"AXBSH1Pk6Z0G166ewq2xsA==","f_port":1,"f_cnt":7,"frm_payload":"AQ==",
                  "decoded_payload":{"smoke":true},
                  "rx_metadata":[{"gateway_ids":{"gateway_id":"a"},"rssi":-35,"snr":5,"uplink_token":"Cg=="},
                                 {"gateway_ids":{"gateway_id":"b"},"rssi":-99,"snr":1,"uplink_token":"Dg=="}]}}"""));

        assertThat(words(readings)).isEqualTo("ttn-smoke smoke-4 true 2");
        assertThat(readings.get(0).origin().frame()).isEqualTo(new Frame("AXBSH1Pk6Z0G166ewq2xsA==", 7));
        assertThat(readings(read("hook:ttn", "{\"end_device_ids\":{\"device_id\":\"x\"},\"join_accept\":{}}")))
                .isEmpty();
    }

    @Test
    void anUplinkOfTheThingsStackIsReadFromItsBytesToo() throws Exception {
        List<Reading> readings = readings(read("hook:ttn", theThingsStack("gauge-4", 4200, 7)));

        assertThat(words(readings)).isEqualTo("ttn-level gauge-4 4.2 2");
        assertThat(readings.get(0).origin().frame()).isEqualTo(new Frame("AXBSH1Pk6Z0G166ewq2xsA==", 7));
    }

    /** Where devices and their servers publish when nobody tells them otherwise, by {@code default-topics.yaml}. */
    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    tele/boiler/SENSOR | {"Time":"2026-11-26T05:59:50","DS18B20":{"Id":"01144A0CB2AA","Temperature":63.4},"TempUnit":"C"} | tasmota-heat boiler 63.4 10
                    tele/boiler/LWT | Offline | tasmota-away boiler Offline 0
                    zigbee2mqtt/leak-1 | {"battery":4,"linkquality":87,"water_leak":true,"last_seen":"2026-11-26T04:59:58+00:00"} | zigbee-leak leak-1 true 2
                    zigbee2mqtt/leak-1/availability | {"state":"offline"} | zigbee-away leak-1 offline 0
                    zigbee2mqtt/leak-1/availability | offline | zigbee-away-word leak-1 offline 0
                    application/b5b1ad7f-5e5c-4d7c-9d0f-1f2f3a4b5c6d/device/a84041000181c061/event/up | {"time":"2026-11-26T04:59:58.775023242+00:00","deviceInfo":{"devEui":"a84041000181c061"},"devAddr":"00189440","fCnt":10,"fPort":2,"data":"ARBo"} | chirpstack-level a84041000181c061 4.2 1
                    v3/plant@town/devices/gauge-4/up | {"end_device_ids":{"device_id":"gauge-4"},"received_at":"2026-11-26T04:59:57.444412Z","uplink_message":{"session_key_id":"AXBSH1Pk6Z0G166ewq2xsA==","f_port":2,"frm_payload":"ARBo"}} | ttn-level gauge-4 4.2 2
                    v3/plant@town/devices/gauge-4/join | {"end_device_ids":{"device_id":"gauge-4"},"join_accept":{}} |
                    """)
    void theTopicsThatDevicesUseByThemselvesNameTheDevice(String topic, String payload, String expected)
            throws Exception {
        Trigger trigger = defaultTopics.normalise(submission("mqtt-outside", topic, payload), NOW);

        assertThat(words(trigger)).isEqualTo(expected == null ? "" : expected);
    }

    /** Nothing of the payload is quoted, and the place is said. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    sensors/r/senml | {"n":"x"} | body | SenML pack
                    sensors/r/senml | [] | body | SenML pack
                    sensors/r/senml | [{"n":"urn:dev:gauge:7:level","v":"4"}] | [0].v | a number
                    sensors/r/senml | [{"n":"a","v":1,"vs":"b"}] | [0].v | one value only
                    sensors/r/senml | [{"n":"sp ace","v":1}] | [0].n | a name of letters
                    sensors/r/senml | [{"n":"a","v":1,"new_":1}] | [0] | must be understood
                    sensors/r/senml | [{"bver":11,"n":"a","v":1}] | [0].bver | at most 10
                    sensors/r/senml | [1] | [0] | a SenML record
                    sensors/boiler/tele/SENSOR | {"Time":"x"} | /DS18B20/Temperature | the measured value
                    sensors/boiler/tele/SENSOR | {"DS18B20":{"Temperature":null}} | /DS18B20/Temperature | the measured value
                    sensors/boiler/tele/SENSOR | {"DS18B20":{"Temperature":"hot"}} | /DS18B20/Temperature | a number
                    sensors/zigbee/leak-1 | {"linkquality":3} | /water_leak | the measured value
                    sensors/chirpstack/1/event/up | {"fPort":2,"deviceInfo":{"devEui":"1"},"data":"AA=="} | /data | at least 3 bytes
                    sensors/chirpstack/1/event/up | {"fPort":2,"deviceInfo":{"devEui":"1"},"data":"%%"} | /data | base64
                    sensors/chirpstack/1/event/up | {"fPort":2,"data":"AQEB"} | /deviceInfo/devEui | the name of the device
                    hook:ttn | {"a":1} | /uplink_message | an uplink
                    sensors/roof/plain-2 | high | /text | a number
                    hook:gauges | gauge;time;level | body | at least one row
                    hook:gauges | gauge;gauge#a;b | row 0 | a name of its own
                    hook:gauges | gauge;time;level#a;"b | body | readable CSV
                    hook:gauges | gauge;time;level#a;b | row 1 | as many values as columns
                    hook:gauges | gauge;time;level#;b;4,2 | row 1 /gauge | the name of the device
                    """)
    void whatCannotBeReadIsNamedByItsPlace(String from, String payload, String place, String expected) {
        assertThatThrownBy(() -> read(from, payload.replace('#', '\n')))
                .isInstanceOfSatisfying(
                        UnacceptableSubmission.class,
                        e -> assertThat(e.problems()).singleElement().satisfies(problem -> {
                            assertThat(problem.element()).isEqualTo(place);
                            assertThat(problem.expected()).contains(expected);
                        }));
    }

    @Test
    void packsAreBounded() {
        String pack = "[" + "{\"n\":\"a\",\"v\":1},".repeat(1_000) + "{\"n\":\"a\",\"v\":1}]";
        String rows = "gauge;time;level\n" + "a;;1\n".repeat(1_001);

        assertThatThrownBy(() -> read("sensors/r/senml", pack)).hasToString(tooMany());
        assertThatThrownBy(() -> read("hook:gauges", rows)).hasToString(tooMany());
        assertThatThrownBy(() -> read("sensors/r/senml", "[".repeat(100_000)))
                .isInstanceOfSatisfying(UnacceptableSubmission.class, e -> assertThat(e.reason())
                        .contains("levels deep"));
    }

    private static String tooMany() {
        return new UnacceptableSubmission("body", "at most 1000 records").toString();
    }

    @Test
    void oneBadRowDoesNotSilenceTheOthers() throws Exception {
        Trigger.Pack pack = (Trigger.Pack) read("hook:gauges", "gauge;time;level\nponte;;4,2\nmoulin;;high\n");

        assertThat(words(pack)).isEqualTo("csv-gauges ponte 4,2 0");
        assertThat(pack.problems()).singleElement().satisfies(p -> assertThat(p.element())
                .isEqualTo("row 2 /level"));
    }

    /** A counter of zero is left out, as that server does. */
    static String chirpStack(int port, int millimetres, int counter) {
        byte[] frame = {1, (byte) (millimetres >> 8), (byte) millimetres};
        return """
                {"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d","time":"2026-11-26T04:59:58.775023242+00:00",
                 "deviceInfo":{"tenantName":"town","applicationName":"gauges","deviceName":"Pont Neuf",
                  "devEui":"a84041000181c061","tags":{}},"devAddr":"00189440","adr":true,"dr":1,%s"fPort":%d,
                 "confirmed":false,"data":"%s","rxInfo":[{"gatewayId":"0016c001f153a14c","rssi":-57,"snr":10.0}],
                 "txInfo":{"frequency":868100000}}""".formatted(
                        counter == 0 ? "" : "\"fCnt\":" + counter + ",",
                        port,
                        Base64.getEncoder().encodeToString(frame));
    }

    /** A counter of zero is left out, as that server does. */
    static String theThingsStack(String device, int millimetres, int counter) {
        byte[] frame = {1, (byte) (millimetres >> 8), (byte) millimetres};
        return """
                {"end_device_ids":{"device_id":"%s","application_ids":{"application_id":"plant"},
                 "dev_eui":"0004A30B001C0530","dev_addr":"00BCB929"},"received_at":"2026-11-26T04:59:57.444412Z",
                 "uplink_message":{"session_key_id":"AXBSH1Pk6Z0G166ewq2xsA==","f_port":2,%s"frm_payload":"%s"}}""".formatted(
                        device,
                        counter == 0 ? "" : "\"f_cnt\":" + counter + ",",
                        Base64.getEncoder().encodeToString(frame));
    }

    private static Trigger read(String from, String payload) throws UnacceptableSubmission {
        boolean hook = from.startsWith(Submission.HOOK);
        return normalizer.normalise(
                hook ? submission(from, null, payload) : submission("mqtt-sensors", from, payload), NOW);
    }

    private static Submission submission(String source, @Nullable String topic, String payload) {
        return new Submission(
                source,
                Format.MAPPED_JSON,
                payload.getBytes(StandardCharsets.UTF_8),
                topic == null ? Map.of() : Map.of(Submission.TOPIC, topic),
                IntakeBench.TRIGGER,
                null);
    }

    private static List<Reading> readings(Trigger trigger) {
        return trigger instanceof Trigger.Pack pack
                ? pack.triggers().stream().map(Reading.class::cast).toList()
                : List.of((Reading) trigger);
    }

    private static String words(Trigger trigger) {
        return words(readings(trigger));
    }

    private static String words(List<Reading> readings) {
        return readings.stream()
                .map(r -> r.mapping().name() + " " + r.fields().get("device") + " "
                        + r.measure().text() + " "
                        + java.time.Duration.between(r.at(), r.arrived()).toSeconds())
                .collect(Collectors.joining(", "));
    }
}
