package org.tocsin.intake;

import java.time.Duration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.WorkingBean;

/**
 * Hands the last reading of a device in again when it stayed beyond a threshold for its hold time and nothing else was
 * heard. Hubs may do it at the same time: the incident opens once.
 */
@Component
final class HoldClock extends WorkingBean {
    /** What waited in a broker while no hub ran is read first: it may say that all is well. */
    private static final Duration AFTER_START = Duration.ofSeconds(10);

    private final HeldReadings held;
    private final Intake intake;
    private final Parking parking;
    private boolean begun;

    HoldClock(JdbcTemplate jdbc, Intake intake, Parking parking, IntakeSettings settings) {
        super("hold-clock");
        this.held = new HeldReadings(jdbc, parking, settings.site());
        this.intake = intake;
        this.parking = parking;
    }

    @Override
    protected void round() throws InterruptedException {
        if (!begun) {
            begun = true;
            Thread.sleep(AFTER_START.toMillis());
        }
        handIn();
        Thread.sleep(500);
    }

    void handIn() {
        for (HeldReadings.Due due : held.due()) {
            try {
                intake.accept(due.submission());
            } catch (UnacceptableSubmission e) {
                // Its mapping was changed meanwhile.
                parking.park(due.submission(), e);
            }
            held.settled(due);
        }
    }
}
