package org.tocsin.delivery;

import org.tocsin.alert.Alert;

/** The plan in force, as far as those who accept and release alerts need it. */
public interface DeliveryPlan {
    /** The ladder that this alert's severity and urgency call for now, as the JSON kept in {@code alert.ladder}. */
    String ladderJson(Alert alert);
}
