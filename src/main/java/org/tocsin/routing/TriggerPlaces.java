package org.tocsin.routing;

import jakarta.jms.JMSException;
import jakarta.mail.Message;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsMessage;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.mail.MailMessage;
import org.springframework.stereotype.Component;
import org.tocsin.intake.stuck.StuckTriggers;

/** Tells {@link StuckTriggers} of triggers that could not be taken, in the words in which a person finds them. */
@Component
final class TriggerPlaces {
    private final StuckTriggers stuck;

    TriggerPlaces(StuckTriggers stuck) {
        this.stuck = stuck;
    }

    void failed(Exchange exchange, Throwable why) {
        stuck.failed(ExchangeSubmission.source(exchange), where(exchange), why);
    }

    void taken(Exchange exchange) {
        if (stuck.any()) {
            stuck.taken(ExchangeSubmission.source(exchange), where(exchange));
        }
    }

    private static String where(Exchange exchange) {
        org.apache.camel.Message message = exchange.getMessage();
        Object kafka = message.getHeader(KafkaConstants.TOPIC);
        if (kafka != null) {
            return kafka + ", partition " + message.getHeader(KafkaConstants.PARTITION) + ", offset "
                    + message.getHeader(KafkaConstants.OFFSET);
        }
        if (message instanceof MailMessage mail) {
            Message original = mail.getOriginalMessage();
            return original == null ? "" : "mail " + original.getMessageNumber() + " of its folder";
        }
        if (message instanceof JmsMessage jms && jms.getJmsMessage() != null) {
            try {
                return "message " + jms.getJmsMessage().getJMSMessageID();
            } catch (JMSException e) {
                return "";
            }
        }
        Object topic = message.getHeader("CamelMqttTopic");
        return topic == null ? "" : "topic " + topic;
    }
}
