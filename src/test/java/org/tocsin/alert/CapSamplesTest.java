package org.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Alerts in the manner of national services. */
class CapSamplesTest {

    @Test
    void anAmericanFlashFloodWarningIsReadWhole() throws CapProblem {
        Alert alert = CapXml.read(Documents.resource("nws-flash-flood.xml"));

        assertThat(alert.identifier()).isEqualTo("urn:oid:2.49.0.1.840.0.58c1f0a9d1f4.001.1");
        assertThat(alert.sent()).isEqualTo(OffsetDateTime.parse("2026-07-14T15:42:00-05:00"));
        assertThat(alert.codes()).containsExactly("IPAWSv1.0");
        Info info = alert.infos().get(0);
        assertThat(info.responseTypes()).containsExactly(ResponseType.Avoid);
        assertThat(info.eventCodes()).contains(new Value("SAME", "FFW"));
        assertThat(info.description())
                .contains("<northern> Example County & the river")
                .contains("\n\n* Until");
        assertThat(info.web()).as("an empty element is an absent one").isNull();
        assertThat(info.parameter("WEAHandling")).isEqualTo("Imminent Threat");
        assertThat(info.parameter("hailSize")).as("but an empty value is kept").isEmpty();
        Area area = info.areas().get(0);
        assertThat(area.polygons().get(0).positions())
                .hasSize(5)
                .startsWith(new Position(30.12, -97.71))
                .endsWith(new Position(30.12, -97.71));
        assertThat(area.geocodes()).containsExactly(new Value("SAME", "048453"), new Value("UGC", "TXC453"));
    }

    @Test
    void aGermanBilingualUpdateWithNationalParametersAndASignatureIsRead() throws CapProblem {
        Alert alert = CapXml.read(Documents.resource("dwd-wind-bilingual.xml"));

        assertThat(alert.sent().toString()).isEqualTo("2026-01-12T10:00Z");
        assertThat(alert.references()).hasSize(2);
        assertThat(alert.infos()).hasSize(2);
        Info german = alert.infos().get(0);
        assertThat(german.parameter("awareness_level")).isEqualTo("3; orange; Severe");
        assertThat(german.description()).endsWith("Gefahr < Orkan & > Sturm");
        assertThat(german.areas().get(0).polygons()).hasSize(2);
        assertThat(german.areas().get(0).ceiling()).isEqualTo(9842.5197);
        assertThat(alert.infos().get(1).areas().get(0).circles())
                .containsExactly(new Circle(new Position(54.5, 8.8), 25.5));
        assertThat(alert.severity()).isEqualTo(Severity.Extreme);
        assertThat(alert.urgency()).isEqualTo(Urgency.Immediate);
        assertThat(alert.expires()).isEqualTo(OffsetDateTime.parse("2026-01-12T19:30:00Z"));
        assertThat(alert.event()).isEqualTo("ORKANARTIGE BÖEN");
    }

    @Test
    void aCancelNeedsNoInfoAndItsLatinLettersAreKept() throws CapProblem {
        byte[] latin1 = new String(Documents.resource("cancel-without-info.xml"), StandardCharsets.UTF_8)
                .getBytes(StandardCharsets.ISO_8859_1);

        Alert alert = CapXml.read(latin1);

        assertThat(alert.msgType()).isEqualTo(MsgType.Cancel);
        assertThat(alert.infos()).isEmpty();
        assertThat(alert.sent()).as("whole seconds").isEqualTo(OffsetDateTime.parse("2026-11-22T16:00:00Z"));
        assertThat(alert.addresses()).containsExactly("digue nord", "pompiers");
        assertThat(alert.incidents()).containsExactly("crue-2026-11", "Rivière Exemple");
        assertThat(alert.references().get(0).identifier()).isEqualTo("METEO-EX-20261122-0007");
    }

    @Test
    void jsonTakesOneValueWhereCapHasLists() throws CapProblem {
        Alert alert = CapJson.read(Documents.resource("bilingual-with-resource.json"));

        assertThat(alert.addresses()).containsExactly("harbour", "fire chiefs");
        Info english = alert.infos().get(0);
        assertThat(english.categories()).containsExactly(Category.Safety);
        assertThat(english.description()).isEqualTo("Line one\nline two 🌊");
        assertThat(english.parameters()).isEqualTo(List.of(new Value("tocsin:audience", "intersect")));
        assertThat(english.resources().get(0).size()).isEqualTo(4589);
        assertThat(english.areas().get(0).altitude()).isEqualTo(-3.5);
        assertThat(alert.infos().get(1).event()).isEqualTo("déversement chimique");
    }
}
