package org.tocsin.intake.sensors;

import java.time.Duration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.WorkingBean;
import org.tocsin.intake.Door;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.UnacceptableSubmission;
import org.tocsin.intake.parked.Parking;

/**
 * Hands the last reading of a device in again when it stayed beyond a threshold for its hold time and nothing else was
 * heard. Hubs may do it at the same time: the incident opens once.
 */
@Component
public final class HoldClock extends WorkingBean {
    /** What waited in a broker while no hub ran is read first: it may say that all is well. */
    private static final Duration AFTER_START = Duration.ofSeconds(10);

    private final HeldReadings held;
    private final Door door;
    private final Parking parking;
    private boolean begun;

    public HoldClock(JdbcTemplate jdbc, Door door, Parking parking, IntakeSettings settings) {
        super("hold-clock");
        this.held = new HeldReadings(jdbc, parking, settings.site());
        this.door = door;
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
                door.accept(due.submission());
            } catch (UnacceptableSubmission e) {
                // Its mapping was changed meanwhile.
                parking.park(due.submission(), e);
            }
            held.settled(due);
        }
    }
}
