package org.tocsin.routing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.Submission;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.accept.Intake;
import org.tocsin.intake.parked.Parking;

/**
 * The end of every trigger route: when a method returns, the trigger is durable, and its source may be acknowledged.
 * Methods are named in {@code routes/}.
 */
@Component("acceptAlert")
public final class AcceptAlert {
    private final Intake intake;
    private final Parking parking;
    private final ExchangeSubmission reader;
    private final TriggerPlaces places;

    AcceptAlert(Intake intake, Parking parking, ExchangeSubmission reader, TriggerPlaces places) {
        this.intake = intake;
        this.parking = parking;
        this.reader = reader;
        this.places = places;
    }

    /**
     * One trigger, or a list of them (messages, or exchanges as a batching consumer gives them). The body becomes the
     * {@code IntakeResult}, or the list of them in the same order.
     *
     * @throws UnacceptableSubmission for one trigger that is poison; the body is its submission then. In a list, poison
     *     is parked.
     */
    public void accept(Exchange exchange) throws UnacceptableSubmission, IOException {
        Object body = exchange.getMessage().getBody();
        if (body instanceof List<?> list) {
            acceptAll(exchange, list);
            return;
        }
        try {
            Submission submission = submission(exchange, body);
            exchange.getMessage().setBody(submission);
            exchange.getMessage().setBody(intake.accept(submission));
        } catch (RuntimeException | IOException failure) {
            places.failed(exchange, failure);
            throw failure;
        }
        places.taken(exchange);
    }

    private void acceptAll(Exchange exchange, List<?> list) throws IOException {
        List<Submission> submissions = new ArrayList<>();
        for (Object element : list) {
            try {
                submissions.add(submission(exchange, element));
            } catch (RuntimeException | IOException failure) {
                places.failed(of(exchange, element), failure);
                throw failure;
            }
        }
        exchange.getMessage()
                .setBody(intake.acceptAll(
                        submissions, (place, why) -> places.failed(of(exchange, list.get(place)), why)));
        for (int place = 0; place < list.size(); place++) {
            places.taken(of(exchange, list.get(place)));
        }
    }

    private static Exchange of(Exchange exchange, Object element) {
        return element instanceof Exchange one ? one : exchange;
    }

    /** Keeps poison for a person: the only failure that is not handed back to the source. */
    public void park(Exchange exchange) throws IOException {
        UnacceptableSubmission poison = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, UnacceptableSubmission.class);
        Submission submission = submission(exchange, exchange.getMessage().getBody());
        try {
            exchange.getMessage().setBody(parking.park(submission, poison));
            places.taken(exchange);
        } catch (IntakeUnavailable unavailable) {
            places.failed(exchange, unavailable);
            // A failure in here is beyond every onException: HTTP would get a 500 for it. JMS rolls back.
            if (!submission.answered()) {
                throw unavailable;
            }
            exchange.getMessage().setBody(unavailable);
        }
    }

    private Submission submission(Exchange exchange, Object body) throws IOException {
        if (body instanceof Submission submission) {
            return submission;
        }
        return reader.of(body instanceof Exchange one ? one : exchange);
    }
}
