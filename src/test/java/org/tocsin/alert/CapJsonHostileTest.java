package org.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class CapJsonHostileTest {
    private static final String VALID = new String(Documents.json(Documents.draft()), StandardCharsets.UTF_8);
    private static final String TOO_DEEP =
            "alert: JSON nested at most 64 deep, names and numbers of at most 1,000 characters";

    private static String problem(String document) {
        return problem(Documents.bytes(document));
    }

    private static String problem(byte[] document) {
        CapProblem problem = catchThrowableOfType(CapProblem.class, () -> CapJson.read(document));
        assertThat(problem).as("a CapProblem").isNotNull();
        return String.join("; ", Documents.sentences(problem));
    }

    /** The valid document with one more member in front. */
    private static String with(String member) {
        return "{" + member + "," + VALID.substring(1);
    }

    @ParameterizedTest
    @CsvSource({"1000, [, ]", "1000, '{\"a\":', }", "500000, [, ''", "65, [, ]"})
    void depthIsBounded(int depth, String open, String close) {
        String deep = open.repeat(depth).substring(0, Math.min(1_000_000, open.length() * depth));
        assertThat(problem(with("\"x\":" + deep + "1" + close.repeat(depth)))).isEqualTo(TOO_DEEP);
        assertThat(problem(deep)).isEqualTo(TOO_DEEP);
    }

    @Test
    void sizeIsBounded() {
        assertThat(problem(new byte[10 << 20])).isEqualTo("alert: at most 1,048,576 bytes");
        assertThat(problem(with("\"note\":\"" + "x".repeat(1 << 20) + "\"")))
                .isEqualTo("alert: at most 1,048,576 bytes");
        assertThat(problem(with("\"note\":\"" + "x".repeat(1_000_000) + "\"")))
                .isEqualTo("note: at most 65,536 characters");
        assertThat(problem(with("\"code\":[" + "1,".repeat(20_000) + "1]"))).isEqualTo("alert: at most 20,000 values");
        assertThat(problem(with("\"x\":[" + "[],".repeat(20_000) + "[]]"))).isEqualTo("alert: at most 20,000 values");
    }

    @Test
    void hugeNumbersAndNamesAreRefused() {
        assertThat(problem(with("\"note\":" + "9".repeat(1_000_000)))).isEqualTo(TOO_DEEP);
        assertThat(problem(with("\"" + "n".repeat(1_000_000) + "\":1"))).isEqualTo(TOO_DEEP);
        assertThat(problem(VALID.replace("\"areaDesc\"", "\"altitude\":1e999999999,\"areaDesc\"")))
                .isEqualTo("info[0].area[0].altitude: a decimal number, not \"1e999999999\"");
        assertThat(problem(VALID.replace("\"areaDesc\"", "\"ceiling\":-1E-400,\"areaDesc\"")))
                .isEqualTo("info[0].area[0].ceiling: a decimal number, not \"-1E-400\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hello",
                "<alert/>",
                "{",
                "{\"identifier\":\"x\"",
                "{'identifier':'x'}",
                "{\"identifier\":\"x\",}",
                "{\"identifier\":\"a\nb\"}",
                "{\"identifier\":NaN}",
                "{\"identifier\":01}",
                "{/* x */}",
                "[",
                "{}}",
                "{} trailing"
            })
    void whatIsNoJsonIsToldSo(String document) {
        assertThat(problem(document)).matches("(?s)alert: (well-formed JSON.*|one JSON object, and nothing after it)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "1", "\"x\"", "true", "[{}]", "{} {}", "{},1"})
    void whatIsNoSingleObjectIsToldSo(String document) {
        assertThat(problem(document)).matches("alert: (well-formed JSON.*|one JSON object, and nothing after it)");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThat(problem(VALID.replace("Flood", "Überflutung").getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo("alert: text in UTF-8");
        assertThat(problem(new byte[] {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'}))
                .isEqualTo("alert: text in UTF-8");
        assertThat(problem(VALID.getBytes(StandardCharsets.UTF_16LE))).startsWith("alert: ");
    }

    @ParameterizedTest
    @CsvSource({
        "'Fl\\u0000ood', 'info[0].event: text without NUL (U+0000), which is character 3'",
        "'Fl\\ud83cood', 'info[0].event: text without half a surrogate pair (U+D83C), which is character 3'",
        "'Flood\\udf0a', 'info[0].event: text without half a surrogate pair (U+DF0A), which is character 6'",
        "'\\udf0a\\ud83c', 'info[0].event: text without half a surrogate pair (U+DF0A), which is character 1'"
    })
    void nulAndHalfCharactersAreRefused(String event, String sentence) {
        assertThat(problem(VALID.replace("Flood", event))).isEqualTo(sentence);
    }

    @Test
    void nulIsRefusedInEveryKindOfText() {
        assertThat(problem(with("\"addresses\":[\"a\\u0000\"],\"references\":\"\\u0000\",\"code\":\"\\u0000\"")
                        .replace("\"4.2\"", "\"\\u0000\"")
                        .replace("\"FIPS\"", "\"\\u0000\"")))
                .contains("addresses: text without NUL", "references: text without NUL", "code: text without NUL")
                .contains("info[0].parameter.value: text without NUL", "area[0].geocode.valueName: text without NUL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"sender\":\"a\"            | sender[1]: this member once only",
                "\"sender\":null             | sender: this member once only",
                "\"info\":{}                 | info[1]: this member once only",
                "\"x\":1,\"x\":2             | x: unknown member: CAP 1.2 has no such element here",
                "\"code\":[\"a\",[\"b\"]]    | code[1]: a value, not an array within an array",
                "\"code\":[\"a\",null]       | code[1]: a value, not null",
                "\"note\":{\"a\":1}          | note: text, not elements",
                "\"addresses\":[\"a\",\"\"]  | addresses[1]: words of 1 to 255 characters, none with a double quote in it",
                "\"addresses\":{\"a\":1}     | addresses: text, not elements",
                "\"references\":[\"\"]       | references: triples",
                "\"addreses\":null           | addreses: unknown member: CAP 1.2 has no such element here",
                "\"addreses\":[]             | addreses: unknown member: CAP 1.2 has no such element here",
                "\"__proto__\":1             | __proto__: unknown member: CAP 1.2 has no such element here",
                "\"\":1                      | : unknown member: CAP 1.2 has no such element here"
            })
    void membersThatDecideNothingOrTwiceAreRefused(String member, String sentence) {
        assertThat(problem(with(member))).contains(sentence);
    }

    @Test
    void numbersAndTruthValuesAreTakenAsText() throws CapProblem {
        Alert alert =
                CapJson.read(Documents.bytes(VALID.replace("\"4.2\"", "4.20").replace("\"123\"", "true")));
        assertThat(alert.infos().get(0).parameter("level")).isEqualTo("4.20");
        assertThat(alert.infos().get(0).areas().get(0).geocodes()).containsExactly(new Value("FIPS", "true"));
    }

    @Test
    void membersThatAreNullAreAbsent() throws CapProblem {
        assertThat(CapJson.read(Documents.bytes(with("\"note\":null,\"addresses\":null,\"code\":[]"))))
                .isEqualTo(CapJson.read(Documents.bytes(VALID)));
    }

    @Test
    void addressesMayBeOneStringOrAnArrayOfWholeWords() throws CapProblem {
        Alert one = CapJson.read(Documents.bytes(with("\"addresses\":\"a \\\"b c\\\"\"")));
        Alert array = CapJson.read(Documents.bytes(with("\"addresses\":[\"a\",\"b c\"]")));
        assertThat(one).isEqualTo(array);
        assertThat(one.addresses()).containsExactly("a", "b c");
    }

    @Test
    void referencesMayBeOneStringOrAnArray() throws CapProblem {
        String triple = "s,i,2026-11-22T14:03:00+01:00";
        Alert one = CapJson.read(Documents.bytes(with("\"references\":\"" + triple + " " + triple + "\"")));
        Alert array = CapJson.read(Documents.bytes(with("\"references\":[\"" + triple + "\",\"" + triple + "\"]")));
        assertThat(one).isEqualTo(array);
        assertThat(one.references()).hasSize(2);
    }

    @Test
    void anAlertThatGrowsBeyondTheLimitsInOurFormIsStillRestored() throws CapProblem {
        String addresses = "g ".repeat(20_000);
        String quotes = "\"".repeat(60_000);
        String xml = new String(Documents.xml(Documents.draft()), StandardCharsets.UTF_8)
                .replace("<info>", "<addresses>" + addresses + "</addresses><info>")
                .replace(
                        "</info>",
                        ("<parameter><valueName>x</valueName><value>" + quotes + "</value></parameter>").repeat(15)
                                + "</info>");
        Alert alert = CapXml.read(Documents.bytes(xml));
        byte[] stored = CapJson.write(alert);

        assertThat(stored).hasSizeGreaterThan(CapLimits.MAX_BYTES);
        assertThat(CapJson.restore(stored)).isEqualTo(alert);
        assertThatThrownBy(() -> CapJson.restore(Documents.bytes("{\"note\":\"canary\"")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void spoiledBytesGiveNothingButAProblem() {
        Random random = new Random(7);
        byte[] document = Documents.resource("bilingual-with-resource.json");
        for (int round = 0; round < 1000; round++) {
            byte[] spoiled = document.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(CapJson.read(spoiled).infos()).isNotNull();
            } catch (CapProblem expected) {
                assertThat(expected.violations()).isNotEmpty();
            }
        }
    }
}
