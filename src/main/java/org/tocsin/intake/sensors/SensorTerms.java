package org.tocsin.intake.sensors;

import com.fasterxml.jackson.core.JsonPointer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Position;

/**
 * What must hold beside a threshold.
 *
 * @param hold so long a value must stay beyond it; zero for not at all
 * @param heartbeat so long a device may be silent; null: for ever
 */
public record SensorTerms(
        Duration hold,
        @Nullable Quorum quorum,
        @Nullable Place place,
        @Nullable Duration heartbeat) {

    /**
     * So many devices must be beyond a threshold, each heard within the window.
     *
     * @param of their names; empty for all devices of the mapping
     * @param byLevel level of the topic, from 1, that tells groups apart; null: one group
     */
    public record Quorum(
            int count,
            Duration within,
            List<String> of,
            @Nullable Integer byLevel) {}

    /** From where distances are measured, and where in the payload the other end stands. */
    record Place(Position position, JsonPointer latitude, JsonPointer longitude) {}
}
