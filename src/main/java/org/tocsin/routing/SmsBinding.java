package org.tocsin.routing;

import jakarta.annotation.PreDestroy;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Binds to the SMSC at the start, not only with the first message: receipts for what a predecessor sent, and people's
 * replies, come over this connection. camel-smpp binds either at the start of its route, so that an SMSC that is
 * away keeps the hub from starting, or with its first message; so the first message is a harmless {@code query_sm}.
 */
@Component
public class SmsBinding {
    private static final Logger log = LoggerFactory.getLogger(SmsBinding.class);
    private static final long PAUSE_MILLIS = 2_000;

    private final CamelContext camel;
    private volatile Thread thread;

    SmsBinding(CamelContext camel) {
        this.camel = camel;
    }

    private void bind() {
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            while (thread != null && !bound(template)) {
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.io.IOException e) {
            log.debug("closing the template failed", e);
        }
    }

    /** Any answer of the SMSC, also that it knows no such message, means that we are bound. */
    private boolean bound(ProducerTemplate template) {
        if (camel.getRoute("call-smsc") == null) {
            return true;
        }
        Exchange answer = template.request("direct:call-smsc", exchange -> exchange.getMessage()
                .setHeaders(Map.of("CamelSmppCommand", "QuerySm", "CamelSmppId", "0")));
        Exception failure = answer.getException();
        boolean answered = failure == null || refusedByTheSmsc(failure);
        if (answered) {
            log.info("bound to the SMSC");
        }
        return answered;
    }

    private static boolean refusedByTheSmsc(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof org.jsmpp.extra.NegativeResponseException) {
                return true;
            }
        }
        return false;
    }

    /** When the routes run. */
    @EventListener(ApplicationReadyEvent.class)
    void start() {
        Thread binder = new Thread(this::bind, "sms-binding");
        binder.setDaemon(true);
        thread = binder;
        binder.start();
    }

    @PreDestroy
    void stop() {
        Thread binder = thread;
        thread = null;
        if (binder != null) {
            binder.interrupt();
        }
    }
}
