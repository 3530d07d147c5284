package org.tocsin.routing;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.springframework.stereotype.Component;

/** {@code deliveries:<channel>}: starts every channel route; see {@link DeliveriesEndpoint} for the options. */
@Component("deliveries")
public class DeliveriesComponent extends DefaultComponent {
    private final DeliveryDesk desk;

    DeliveriesComponent(DeliveryDesk desk) {
        this.desk = desk;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        DeliveriesEndpoint endpoint = new DeliveriesEndpoint(uri, this, remaining, desk);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
