package org.tocsin.embedded;

import java.util.List;
import java.util.stream.Stream;
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
 * @param amqpPort AMQP 1.0 for incident tools, on {@code bind}; {@link #CLOSED}: not opened; 0 as above, {@code
 *     local.broker.amqp-port}
 * @param stompPort the same for STOMP
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
        @DefaultValue("-1") int amqpPort,
        @DefaultValue("-1") int stompPort,
        @DefaultValue List<Secret> users) {

    static final String PREFIX = "tocsin.broker.";

    /** A protocol that the embedded broker does not speak. */
    public static final int CLOSED = -1;

    public BrokerSettings {
        requirePort("jms-port", jmsPort, 0);
        requirePort("mqtt-port", mqttPort, 0);
        requirePort("amqp-port", amqpPort, CLOSED);
        requirePort("stomp-port", stompPort, CLOSED);
        users = List.copyOf(users);
    }

    private static void requirePort(String key, int port, int least) {
        if (port < least || port > 65_535) {
            throw new StartRefused(PREFIX + key + ": " + port + " is not a port: use 1 to 65535, or 0 for any free one"
                    + (least == CLOSED ? ", or -1 for none" : ""));
        }
    }

    BrokerSettings withUsers(List<Secret> others) {
        return new BrokerSettings(
                url, username, password, bind, mqttBind, jmsPort, mqttPort, amqpPort, stompPort, others);
    }

    /** One port that the embedded broker opens, and the keys that say where. */
    record Door(String protocol, String key, String bindKey, String address, int port) {}

    List<Door> doors() {
        boolean apart = !mqttBind.isBlank();
        Door mqtt = new Door("MQTT", "mqtt-port", apart ? "mqtt-bind" : "bind", apart ? mqttBind : bind, mqttPort);
        return Stream.of(
                        new Door("CORE", "jms-port", "bind", bind, jmsPort),
                        mqtt,
                        new Door("AMQP", "amqp-port", "bind", bind, amqpPort),
                        new Door("STOMP", "stomp-port", "bind", bind, stompPort))
                .filter(door -> door.port() != CLOSED)
                .toList();
    }

    public boolean embedded() {
        return url.isBlank();
    }
}
