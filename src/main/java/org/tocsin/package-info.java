/** Tocsin: a trigger becomes an alert, an alert becomes messages, and a message counts when a receipt says so. */
@NullMarked
package org.tocsin;

import org.jspecify.annotations.NullMarked;
