/**
 * The ledger and the ladder: one person on one rung at a time, what providers answered, and what follows from it. Knows
 * nothing of where alerts come from.
 */
@NullMarked
package org.tocsin.delivery;

import org.jspecify.annotations.NullMarked;
