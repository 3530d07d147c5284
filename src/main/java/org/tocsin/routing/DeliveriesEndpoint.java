package org.tocsin.routing;

import java.util.List;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.tocsin.delivery.DeliveryChannel;

/**
 * One channel's due messages. The message is the provider's request, ready for the endpoint that calls it; what the
 * route leaves is read as the provider's answer.
 */
public class DeliveriesEndpoint extends DefaultEndpoint {
    private final DeliveryDesk desk;
    private final DeliveryChannel channel;
    private int maxInFlight = 100;
    private int maxCalls = Integer.MAX_VALUE;
    private String messagesPerSecond = "0";
    private int peoplePerDay;
    private double reservedShare;
    private int workers;
    private String sender = "";

    DeliveriesEndpoint(String uri, DeliveriesComponent component, String channel, DeliveryDesk desk) {
        super(uri, component);
        this.desk = desk;
        this.channel = desk.channel(channel);
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("deliveries: only starts routes; the planner fills the queue");
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        DeliveriesConsumer consumer = new DeliveriesConsumer(this, processor, desk, channel);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public boolean isSingleton() {
        return true;
    }

    /** Messages that are claimed, or whose outcome is not written yet, at most. Bounds the memory of the channel. */
    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    /** Calls at the same time, where the endpoint is asynchronous: not more than its client has connections. */
    public void setMaxCalls(int maxCalls) {
        this.maxCalls = maxCalls;
    }

    public int getMaxCalls() {
        return maxCalls;
    }

    /**
     * What each sender may send in a second, over all replicas; 0 means no limit. One number for all, or one for each sender,
     * separated by commas.
     */
    public void setMessagesPerSecond(String messagesPerSecond) {
        this.messagesPerSecond = messagesPerSecond;
    }

    public String getMessagesPerSecond() {
        return messagesPerSecond;
    }

    /** Different people that may be written to in 24 h, over all replicas; 0 means no limit. */
    public void setPeoplePerDay(int peoplePerDay) {
        this.peoplePerDay = peoplePerDay;
    }

    public int getPeoplePerDay() {
        return peoplePerDay;
    }

    /** The part of {@code peoplePerDay} that is kept for what is Extreme or Severe. */
    public void setReservedShare(double reservedShare) {
        if (!(reservedShare >= 0 && reservedShare <= 1)) {
            throw new IllegalArgumentException("reservedShare is a share: from 0 to 1");
        }
        this.reservedShare = reservedShare;
    }

    public double getReservedShare() {
        return reservedShare;
    }

    /** Threads for a provider component that blocks (SMPP, SMTP); 0 for one that is asynchronous (HTTP). */
    public void setWorkers(int workers) {
        this.workers = workers;
    }

    public int getWorkers() {
        return workers;
    }

    /**
     * The sender whose budget is used and that the record names: a phone number id, a source address. Several, separated by
     * commas, share the work.
     */
    public void setSender(String sender) {
        this.sender = sender;
    }

    public String getSender() {
        return sender;
    }

    /** @throws IllegalArgumentException when senders and rates do not fit together */
    List<SenderRate> senders() {
        return SenderRate.list(sender.isEmpty() ? channel.name() : sender, messagesPerSecond);
    }
}
