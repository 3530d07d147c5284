package org.tocsin.routing;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.springframework.stereotype.Component;
import org.tocsin.publish.Publishers;

/** {@code alert-events:<name>}: starts every route that tells another tool; see {@link AlertEventsEndpoint}. */
@Component("alert-events")
public class AlertEventsComponent extends DefaultComponent {
    private final Publishers publishers;

    AlertEventsComponent(Publishers publishers) {
        this.publishers = publishers;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        AlertEventsEndpoint endpoint = new AlertEventsEndpoint(uri, this, remaining, publishers);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
