/** Tells other tools what becomes of alerts: events in an outbox of the ledger, one subscription a route. */
@NullMarked
package org.tocsin.publish;

import org.jspecify.annotations.NullMarked;
