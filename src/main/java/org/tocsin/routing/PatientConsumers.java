package org.tocsin.routing;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Consumers that never give up: {@code kafkaClientFactory} of an intake route. Camel (4.17) ends a consumer for good, and
 * with a line in the log alone, when the broker refuses its password once, as it does while passwords are changed; and
 * where the broker refuses the topic, it connects again and again without a pause.
 */
public final class PatientConsumers extends DefaultKafkaClientFactory {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // as the overridden method has it
    public Consumer getConsumer(Properties properties) {
        return new KafkaConsumer(properties) {
            @Override
            public ConsumerRecords poll(Duration timeout) {
                try {
                    return super.poll(timeout);
                } catch (AuthenticationException | AuthorizationException refused) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                    throw new KafkaException("the broker refused this hub ("
                            + refused.getClass().getSimpleName() + "): see tocsin.kafka");
                }
            }
        };
    }
}
