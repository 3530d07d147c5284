package org.tocsin.delivery;

/**
 * What all senders of a channel together may do: its one portfolio at the provider.
 *
 * @param peoplePerDay different people in moving 24 h; 0 for no limit
 * @param reservedShare the part of these that is kept for what is urgent
 */
public record Portfolio(int peoplePerDay, double reservedShare) {
    /** How many of them an alert of this lane may use. */
    int places(int lane) {
        return lane <= Lane.URGENT ? peoplePerDay : peoplePerDay - (int) Math.ceil(peoplePerDay * reservedShare);
    }
}
