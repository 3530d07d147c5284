package org.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Older CAP, and CAP in an envelope: read into the words of 1.2. */
class CapVersionsTest {
    private static final String V12 = new String(Documents.xml(Documents.draft()), StandardCharsets.UTF_8);
    private static final String NS = "urn:oasis:names:tc:emergency:cap:1.2";
    private static final String V11 = V12.replace(NS, CapVersions.CAP_1_1);

    /** As CAP 1.0 was written: no category, no scope, names and values in one string, a password. */
    private static final String V10 = """
            <alert xmlns="http://www.incident.com/cap/1.0">
              <identifier>KSTO1055887203</identifier><sender>ksto@nws.example</sender><password>secret</password>
              <sent>2003-06-17T14:57:00-07:00</sent><status>Actual</status><msgType>Alert</msgType>
              <info>
                <event>SEVERE THUNDERSTORM</event><urgency>Immediate</urgency><severity>Severe</severity>
                <certainty>Very Likely</certainty><eventCode>same=SVR</eventCode>
                <parameter>HSAS=ORANGE</parameter>
                <area><areaDesc>Alpine County</areaDesc><geocode>fips6=006003</geocode>
                  <polygon>38.47,-120.14 38.34,-119.95 38.52,-119.74 38.47,-120.14</polygon></area>
              </info>
            </alert>""";

    private static String envelope(String status, String... alerts) {
        return """
               <EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0">
                 <distributionID>d1</distributionID><distributionStatus>%s</distributionStatus>
                 <explicitAddress><explicitAddressScheme>e-mail</explicitAddressScheme></explicitAddress>
                 <contentObject><contentDescription>CAP</contentDescription><xmlContent><embeddedXMLContent>%s
                 </embeddedXMLContent></xmlContent></contentObject>
               </EDXLDistribution>""".formatted(status, String.join("</embeddedXMLContent><embeddedXMLContent>", alerts));
    }

    private static Alert read(String document) throws CapProblem {
        return CapXml.read(Documents.bytes(document));
    }

    @Test
    void cap11IsReadAndVeryLikelyIsLikely() throws CapProblem {
        assertThat(read(V11)).isEqualTo(read(V12));
        assertThat(read(V11.replace("Observed", "Very Likely")).infos().get(0).certainty())
                .isEqualTo(Certainty.Likely);
        assertThatThrownBy(() -> read(V12.replace("Observed", "Very Likely"))).isInstanceOf(CapProblem.class);
    }

    @Test
    void cap10IsReadInTheWordsOf12() throws CapProblem {
        Alert alert = read(V10);
        Info info = alert.infos().get(0);

        assertThat(alert.scope()).isEqualTo(Scope.Public);
        assertThat(info.categories()).containsExactly(Category.Other);
        assertThat(info.certainty()).isEqualTo(Certainty.Likely);
        assertThat(info.eventCodes()).containsExactly(new Value("same", "SVR"));
        assertThat(info.parameters()).containsExactly(new Value("HSAS", "ORANGE"));
        assertThat(info.areas().get(0).geocodes()).containsExactly(new Value("fips6", "006003"));
        assertThat(new String(CapJson.write(alert), StandardCharsets.UTF_8)).doesNotContain("secret");
    }

    @Test
    void anAlertOf10WithAddressesAndNoScopeIsForThoseAlone() throws CapProblem {
        assertThat(read(V10.replace("<info>", "<addresses>ops</addresses><info>"))
                        .scope())
                .isEqualTo(Scope.Private);
    }

    @Test
    void aReferenceOf10IsKeptInTheNoteOfAnUpdateAndACancelWithItIsRefused() throws CapProblem {
        String update =
                V10.replace("<msgType>Alert</msgType>", "<msgType>Update</msgType><references>K1/a@b</references>");

        assertThat(read(update).references()).isEmpty();
        assertThat(read(update).note()).isEqualTo("references: K1/a@b");
        assertThatThrownBy(() -> read(update.replace("Update", "Cancel")))
                .hasMessageContaining("references: required in a Cancel");
    }

    @ParameterizedTest
    @ValueSource(strings = {"addresses", "info"})
    void elementsOfAnotherVersionAreNotSilentlyPassedOver(String name) {
        String mixed = V11.replace("</alert>", "<" + name + " xmlns='" + NS + "'>x</" + name + "></alert>");

        assertThatThrownBy(() -> read(mixed))
                .hasMessageContaining("an element in the namespace " + CapVersions.CAP_1_1);
    }

    @Test
    void theAlertInAnEnvelopeIsReadAndWhatTheEnvelopeSaysIsTold() throws CapProblem {
        CapXml.Received received = CapXml.receive(Documents.bytes(envelope("Exercise", V12)));

        assertThat(received.alert()).isEqualTo(read(V12));
        assertThat(received.envelopeStatus()).isEqualTo("Exercise");
        assertThat(received.signed()).isFalse();
        assertThat(read(envelope("Actual", V11))).isEqualTo(read(V12));
    }

    /** As systems write it: no two in the same letters, and with or without a list of values. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<edxlDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:2.0'><distributionStatus>Exercise</distributionStatus>"
                        + "<content><contentObject><contentXML><embeddedXMLContent>ALERT</embeddedXMLContent></contentXML>"
                        + "</contentObject></content></edxlDistribution>",
                "<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:2.0' xmlns:ct='urn:oasis:names:tc:emergency:edxl:ct:1.0'>"
                        + "<DistributionStatus>\n<StatusKindDefault>\n<ct:ValueListURI>urn:oasis:names:tc:emergency:EDXL:DE:2.0:Defaults:StatusKind</ct:ValueListURI>"
                        + "\n<ct:Value>Exercise</ct:Value>\n</StatusKindDefault>\n</DistributionStatus><Content><ContentObject><ContentXML>"
                        + "<EmbeddedXMLContent>ALERT</EmbeddedXMLContent></ContentXML></ContentObject></Content></EDXLDistribution>",
                "<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:edxl:de:2.0'><distributionStatus><StatusKindDefault>Exercise"
                        + "</StatusKindDefault></distributionStatus><x>ALERT</x></EDXLDistribution>"
            })
    void theStatusOfAnEnvelopeOfTheSecondVersionIsFound(String envelope) throws CapProblem {
        CapXml.Received received = CapXml.receive(Documents.bytes(envelope.replace("ALERT", V12)));

        assertThat(received.alert()).isEqualTo(read(V12));
        assertThat(received.envelopeStatus()).isEqualTo("Exercise");
    }

    @Test
    void anEnvelopeThatHasTwoStatusesHasNeitherAlone() throws CapProblem {
        String two = envelope("Exercise</distributionStatus><distributionStatus>Actual", V12);

        assertThat(CapXml.receive(Documents.bytes(two)).envelopeStatus()).isEqualTo("Exercise Actual");
    }

    @Test
    void anEnvelopeHoldsOneAlertOrIsRefused() {
        assertThatThrownBy(() -> read(envelope("Actual", ""))).hasMessageContaining("embeddedXMLContent");
        assertThatThrownBy(() -> read(envelope("Actual", V12, V12))).hasMessageContaining("one alert in an envelope");
        assertThatThrownBy(() -> read("<!DOCTYPE x>" + envelope("Actual", V12))).hasMessageContaining("no DOCTYPE");
        assertThatThrownBy(() -> read(envelope("Actual", "<a>".repeat(60) + "</a>".repeat(60))))
                .hasMessageContaining("nested at most");
    }

    @Test
    void whetherThereIsASignatureIsTold() throws CapProblem {
        String signed = V12.replace(
                "</alert>", "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><a/></Signature></alert>");

        assertThat(CapXml.receive(Documents.bytes(signed)).signed()).isTrue();
        assertThat(CapXml.receive(Documents.bytes(V12)).signed()).isFalse();
    }
}
