package org.tocsin.routing;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tocsin.intake.Fault;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.http.HttpAnswer;

/** What an HTTP sender is told, after the commit or in its place. */
@Component("intakeAnswer")
public final class IntakeAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(IntakeAnswer.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    /** The result in the body, as status and JSON. */
    public void toHttp(Exchange exchange) throws JsonProcessingException {
        if (exchange.getMessage().getBody() instanceof IntakeResult result) {
            write(exchange.getMessage(), HttpAnswer.of(result));
        } else {
            unavailable(exchange);
        }
    }

    /** Nothing was committed: the sender is asked to come again. */
    public void unavailable(Exchange exchange) throws JsonProcessingException {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (cause != null && !(cause instanceof IntakeUnavailable)) {
            LOG.warn("a trigger was not taken: {}", Fault.describe(cause));
        }
        exchange.getMessage().setHeader("Retry-After", HttpAnswer.RETRY_SECONDS);
        write(exchange.getMessage(), HttpAnswer.unavailable());
    }

    private static void write(Message message, HttpAnswer answer) throws JsonProcessingException {
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(JSON.writeValueAsString(answer.body()));
    }
}
