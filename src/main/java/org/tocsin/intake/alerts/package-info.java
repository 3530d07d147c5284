/** The rows of alerts in the ledger, and what is known of one that is about to become a row. */
@NullMarked
package org.tocsin.intake.alerts;

import org.jspecify.annotations.NullMarked;
