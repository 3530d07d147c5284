package org.tocsin.setup;

import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;

/**
 * Leaves out what libraries would configure by themselves and nothing here uses: each costs time at every start.
 * Artemis' and JMS' are more than time: a second broker, without security, that nobody talks to.
 *
 * <p>A Camel component whose own configuration class is left out works as before; only {@code camel.component.<name>.*}
 * keys have no effect on it. Listed in {@code META-INF/spring.factories}.
 */
final class AutoConfigurationSieve implements AutoConfigurationImportFilter {
    private static final String BOOT = "org.springframework.boot.autoconfigure.";
    private static final String ACTUATE = "org.springframework.boot.actuate.autoconfigure.";

    static final Set<String> UNUSED = Set.of(
            BOOT + "jms.JmsAutoConfiguration",
            BOOT + "jms.artemis.ArtemisAutoConfiguration",
            // No class of ours has an annotation that these would look for, on every method of every bean.
            BOOT + "aop.AopAutoConfiguration",
            BOOT + "dao.PersistenceExceptionTranslationAutoConfiguration",
            BOOT + "transaction.TransactionAutoConfiguration",
            // Where spring-kafka is on the class path, as in tests; routes read Kafka by camel-kafka.
            BOOT + "kafka.KafkaAutoConfiguration",
            BOOT + "gson.GsonAutoConfiguration",
            BOOT + "http.client.HttpClientAutoConfiguration",
            BOOT + "netty.NettyAutoConfiguration",
            BOOT + "task.TaskSchedulingAutoConfiguration",
            BOOT + "transaction.jta.JtaAutoConfiguration",
            BOOT + "web.client.RestClientAutoConfiguration",
            BOOT + "web.client.RestTemplateAutoConfiguration",
            BOOT + "websocket.servlet.WebSocketServletAutoConfiguration",
            ACTUATE + "observation.web.client.HttpClientObservationsAutoConfiguration",
            ACTUATE + "scheduling.ScheduledTasksObservabilityAutoConfiguration");

    private static final Pattern UNUSED_OF_CAMEL = Pattern.compile("org\\.apache\\.camel\\.(?:"
            + "spring\\.boot\\.(?:vault|cloud|cluster|trace|routetemplate)\\."
            + "|component\\.(?:browse|controlbus|dataset|kafka|mock|ref|rest|saga|scheduler|stub|validator|xslt)\\."
            + "|language\\.(?:csimple|xpath)\\."
            + "|model\\.rest\\."
            + "|dataformat\\.mime\\."
            + ").*");

    @Override
    public boolean[] match(String[] classes, AutoConfigurationMetadata metadata) {
        boolean[] used = new boolean[classes.length];
        for (int i = 0; i < classes.length; i++) {
            String name = classes[i];
            used[i] = name != null
                    && !UNUSED.contains(name)
                    && !UNUSED_OF_CAMEL.matcher(name).matches();
        }
        return used;
    }
}
