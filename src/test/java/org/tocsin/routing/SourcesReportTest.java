package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.tocsin.embedded.RouteFiles;

class SourcesReportTest {

    @Test
    void eachShippedSourceIsSaidToBeOnOrByWhichKeyItIsOff() throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (Path file : RouteFiles.in(Path.of("routes"))) {
            String name = file.getFileName().toString();
            if (name.startsWith("intake-")) {
                files.put(name.replace("intake-", "").replace(".camel.yaml", ""), Files.readString(file));
            }
        }

        assertThat(SourcesReport.sentences(
                        files,
                        Set.of("mqtt-sensors", "jms-incidents", "webhook", "feed-gdacs", "feed-usgs", "feed-weather"),
                        "usgs"::equals))
                .contains(
                        "source feed-gdacs is off: tocsin.feeds.gdacs.url is not set",
                        "source feed-usgs is on",
                        "source jms-incidents is on",
                        "source kafka-triggers is off: tocsin.kafka.brokers is not set",
                        "source mail-alerts is off: tocsin.mail-in.alerts.host is not set",
                        "source mqtt-outside is off: tocsin.mqtt.broker-url is not set",
                        "source mqtt-sensors is on",
                        "no mailbox is read: no e-mail triggers, and no bounce of an e-mail is seen");
    }

    @Test
    void aSourceOfAnEngineerIsSaidToo() {
        assertThat(SourcesReport.sentences(
                        Map.of("pager", "precondition: \"'{{?pager.url}}' != ''\"", "odd", "", "mail-desk", ""),
                        Set.of("mail-desk"),
                        name -> false))
                .containsExactlyInAnyOrder(
                        "source pager is off: pager.url is not set",
                        "source odd is off: its route is left out",
                        "source mail-desk is on");
    }
}
