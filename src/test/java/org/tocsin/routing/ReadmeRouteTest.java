package org.tocsin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.tocsin.intake.UnacceptableSubmission;

/** What routes/README.md shows under "Add an intake route" is read from that page and does what it says. */
class ReadmeRouteTest {
    private static final Pattern BLOCK =
            Pattern.compile("<!-- route: read by ReadmeRouteTest -->\\s*```yaml\\n(.*?)```", Pattern.DOTALL);

    /** In the place of the hub: takes everything but the word poison. */
    public static final class Desk {
        private Map<String, Object> headers = Map.of();
        private String taken = "";
        private String parked = "";

        public void accept(Exchange exchange) throws UnacceptableSubmission {
            headers = Map.copyOf(exchange.getMessage().getHeaders());
            taken = exchange.getMessage().getBody(String.class);
            if (taken.equals("poison")) {
                throw new UnacceptableSubmission("body", "an alert");
            }
        }

        public void park(Exchange exchange) {
            parked = exchange.getMessage().getBody(String.class);
        }

        public void toHttp(Exchange exchange) {}
    }

    private final Desk desk = new Desk();

    @Test
    void itStripsHeadersEndsAtAcceptAlertAndParksPoison() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("acceptAlert", desk);
            camel.getRegistry().bind("intakeAnswer", desk);
            var loader = PluginHelper.getRoutesLoader(camel);
            for (String file : new String[] {"error-handling", "accept-alert"}) {
                loader.loadRoutes(ResourceHelper.resolveResource(camel, "file:routes/" + file + ".camel.yaml"));
            }
            loader.loadRoutes(ResourceHelper.fromString("intake-building-alarms.camel.yaml", fromDirect(block())));
            camel.start();

            try (var template = camel.createProducerTemplate()) {
                template.requestBodyAndHeaders(
                        "direct:in", "an alarm", Map.of("CAmelHttpUri", "http://stranger", "JMSTimestamp", 1L));
                assertThat(desk.taken).isEqualTo("an alarm");
                assertThat(desk.headers).containsOnlyKeys("JMSTimestamp");

                Exchange answer =
                        template.request("direct:in", e -> e.getMessage().setBody("poison"));
                assertThat(answer.getException()).isNull();
                assertThat(desk.parked).isEqualTo("poison");
            }
        }
    }

    /** The broker's part of it is what the shipped routes have too, and is tested with them. */
    private static String fromDirect(String route) {
        String other =
                route.replaceFirst("(?s)uri: jms:queue:building-alarms\\n.*?( +)steps:", "uri: direct:in\n$1steps:");
        assertThat(other).isNotEqualTo(route);
        return other;
    }

    private static String block() throws IOException {
        Matcher matcher = BLOCK.matcher(Files.readString(Path.of("routes/README.md")));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }
}
