package org.tocsin.embedded;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.tocsin.privacy.Secret;

/**
 * The broker that triggers come through.
 *
 * @param url of a broker of your own, {@code tcp://host:61616}; empty: the embedded one, whose address is then put here
 * @param username the hub's own user; set by the embedded broker itself
 * @param bind the address on which the embedded broker listens
 * @param mqttBind the same for MQTT alone, so that sensors reach it from outside while JMS stays on loopback; empty:
 *     {@code bind}
 * @param jmsPort of the embedded broker; 0 for any free one, then found in {@code local.broker.jms-port}
 * @param mqttPort of the embedded broker; 0 for any free one, then found in {@code local.broker.mqtt-port}
 * @param users of the embedded broker, {@code name:password:role} each; roles {@link BrokerUser.Role}
 */
@ConfigurationProperties("tocsin.broker")
public record BrokerSettings(
        @DefaultValue("") String url,
        @DefaultValue("") String username,
        @Nullable Secret password,
        @DefaultValue("127.0.0.1") String bind,
        @DefaultValue("") String mqttBind,
        @DefaultValue("61616") int jmsPort,
        @DefaultValue("1883") int mqttPort,
        @DefaultValue List<Secret> users) {

    static final String PREFIX = "tocsin.broker.";

    public BrokerSettings {
        for (int port : new int[] {jmsPort, mqttPort}) {
            if (port < 0 || port > 65_535) {
                throw new StartRefused(PREFIX + (port == jmsPort ? "jms-port" : "mqtt-port") + ": " + port
                        + " is not a port: use 1 to 65535, or 0 for any free one");
            }
        }
        users = List.copyOf(users);
    }

    BrokerSettings withUsers(List<Secret> others) {
        return new BrokerSettings(url, username, password, bind, mqttBind, jmsPort, mqttPort, others);
    }

    /** Where MQTT listens. */
    String mqttAddress() {
        return mqttBind.isBlank() ? bind : mqttBind;
    }

    public boolean embedded() {
        return url.isBlank();
    }
}
