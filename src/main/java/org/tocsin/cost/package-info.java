/** What an alert costs: estimated before it is sent, and reckoned from what providers took and said after it. */
@NullMarked
package org.tocsin.cost;

import org.jspecify.annotations.NullMarked;
