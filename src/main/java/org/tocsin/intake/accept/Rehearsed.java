package org.tocsin.intake.accept;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.IntakeResult;

/**
 * What would become of a trigger; nothing of it is stored.
 *
 * @param result as its sender would read it; an id in it is of an alert that is there, or of none
 * @param alerts that it would make: one, one for each place, or none
 */
public record Rehearsed(IntakeResult result, List<Part> alerts) {
    /**
     * One alert. {@code audience}, {@code message} and {@code ladder} are JSON, and null where nobody is to be told, or where
     * they are made when a person releases it.
     *
     * @param onlyReached it is for those who got what it follows, and for nobody else
     * @param follows the alerts whose people it tells
     */
    public record Part(
            AlertState state,
            @Nullable String reason,
            @Nullable String audience,
            @Nullable String message,
            @Nullable String ladder,
            boolean onlyReached,
            List<Long> follows,
            int lane) {}
}
