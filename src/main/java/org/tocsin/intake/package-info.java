/**
 * Triggers become alerts: one {@link org.tocsin.intake.Normalizer} per format, incidents of sensors, and the one
 * transaction in which an alert is made durable together with all that follows from it.
 */
@NullMarked
package org.tocsin.intake;

import org.jspecify.annotations.NullMarked;
