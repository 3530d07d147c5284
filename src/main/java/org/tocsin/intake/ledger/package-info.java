/** How rows, journal entries and notices to the duty group are written in the caller's transaction. */
@NullMarked
package org.tocsin.intake.ledger;

import org.jspecify.annotations.NullMarked;
