package org.tocsin.intake.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CloudEvents 1.0.2, JSON event format. */
class CloudEventTest {
    private static final String CONTEXT = "\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/s\",\"type\":\"t\"";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    "data": {"a" :1.50 }                     | {"a" :1.50 }
                    "data": [1, 2 ]                          | [1, 2 ]
                    "data":"<alert/>"                        | <alert/>
                    "data_base64":"PGFsZXJ0Lz4="             | <alert/>
                    "data": 1.50                             | 1.50
                    "data": {"ä":"\\u00e4", "b":{"c":[]}}, "x":{"data":2} | {"ä":"\\u00e4", "b":{"c":[]}}
                    """)
    void itsDataIsWhatTheSenderWrote(String member, String data) {
        assertThat(text(structured("{" + CONTEXT + "," + member + "}"))).isEqualTo(data);
        assertThat(text(structured(" {" + member + " ," + CONTEXT + "} "))).isEqualTo(data);
    }

    @Test
    void anEventWithoutDataIsItsOwnData() {
        String event = "{" + CONTEXT + "}";

        assertThat(text(structured(event))).isEqualTo(event);
    }

    @Test
    void itsAttributesAreKeptOnOneLineAndBounded() {
        CloudEvent event = structured("{" + CONTEXT + ",\"subject\":\"a\\nb" + "x".repeat(1000)
                + "\",\"time\":\"2026-11-26T05:00:00Z\",\"other\":\"x\",\"data\":1}");

        assertThat(event.attributes())
                .containsAllEntriesOf(
                        Map.of("ce_id", "7", "ce_source", "/s", "ce_type", "t", "ce_time", "2026-11-26T05:00:00Z"))
                .hasSize(5);
        assertThat(event.attributes().get("ce_subject")).startsWith("abx").hasSize(256);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "1",
                "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/s\",\"data\":1}",
                "{\"specversion\":\"0.3\",\"id\":\"7\",\"source\":\"/s\",\"type\":\"t\",\"data\":1}",
                "{\"specversion\":1.0,\"id\":\"7\",\"source\":\"/s\",\"type\":\"t\",\"data\":1}",
                "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/s\",\"type\":\"t\",\"data\":1} {}",
                "{\"specversion\":\"1.0\",\"id\":\"7\",\"id\":\"8\",\"source\":\"/s\",\"type\":\"t\",\"data\":1}",
                "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/s\",\"type\":\"t\",\"data_base64\":\"###\"}",
                "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/s\",\"type\":\"t\",\"data\":{\"a\":}}"
            })
    void whatIsNoEventOfVersionOneIsTakenAsItIs(String json) {
        assertThat(structured(json)).isNull();
    }

    @Test
    void depthIsBounded() {
        assertThat(structured("{" + CONTEXT + ",\"data\":" + "[".repeat(100_000)))
                .isNull();
    }

    private static CloudEvent structured(String json) {
        return CloudEvent.structured(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(CloudEvent event) {
        return new String(event.data(), StandardCharsets.UTF_8);
    }
}
