package org.tocsin.delivery;

import org.tocsin.alert.Alert;

/** Which ladder an alert gets. */
public interface DeliveryPlan {
    /** The ladder for this alert as JSON, to be frozen with it. */
    String ladderJson(Alert alert);
}
