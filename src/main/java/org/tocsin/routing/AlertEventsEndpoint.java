package org.tocsin.routing;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.tocsin.publish.Publishers;

/**
 * The events of one subscription, which begins when a route with this name is first started. The message is the event
 * (CloudEvents 1.0) as JSON text; when the route ends without a failure, the tool has it. It comes at least once, those
 * of one incident in their order.
 */
public class AlertEventsEndpoint extends DefaultEndpoint {
    private final Publishers publishers;
    private final String subscription;
    private String types = "*";
    private String statuses = "Actual";
    private String scopes = "Public";
    private int parallel = 4;
    private String maxAge = "24h";
    private String binary = "";

    AlertEventsEndpoint(String uri, AlertEventsComponent component, String subscription, Publishers publishers) {
        super(uri, component);
        this.subscription = subscription;
        this.publishers = publishers;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("alert-events: only starts routes; alerts come in by accept-alert");
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        AlertEventsConsumer consumer = new AlertEventsConsumer(this, processor, publishers);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public boolean isSingleton() {
        return true;
    }

    public String getSubscription() {
        return subscription;
    }

    /** Without {@code org.tocsin.}, separated by commas; {@code alert.*} is all that begin so. */
    public void setTypes(String types) {
        this.types = types;
    }

    public String getTypes() {
        return types;
    }

    /** Of alerts, in the words of CAP: {@code Actual,Exercise}. */
    public void setStatuses(String statuses) {
        this.statuses = statuses;
    }

    public String getStatuses() {
        return statuses;
    }

    /**
     * Of the alerts whose text may leave the hub, in the words of CAP. Private is every alert that names addresses, such as
     * a group. {@code Public} ones alone, unless said otherwise.
     */
    public void setScopes(String scopes) {
        this.scopes = scopes;
    }

    public String getScopes() {
        return scopes;
    }

    /** Events of different incidents that are under way at the same time. */
    public void setParallel(int parallel) {
        if (parallel < 1 || parallel > 16) {
            throw new IllegalArgumentException("parallel is from 1 to 16");
        }
        this.parallel = parallel;
    }

    public int getParallel() {
        return parallel;
    }

    /** An event that cannot be told for so long is put aside, and the duty group is told: {@code 24h}. */
    public void setMaxAge(String maxAge) {
        this.maxAge = maxAge;
    }

    public String getMaxAge() {
        return maxAge;
    }

    /**
     * Empty: the message is the whole event. Else the binary mode of CloudEvents: the message is its data alone, and what
     * is around it is in headers with this prefix, {@code ce_} for Kafka and {@code ce-} for HTTP.
     */
    public void setBinary(String binary) {
        this.binary = binary;
    }

    public String getBinary() {
        return binary;
    }
}
