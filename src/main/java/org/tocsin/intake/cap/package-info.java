/** CAP itself as a source: XML and JSON, signatures, tests that say Actual, one alert for several places. */
@NullMarked
package org.tocsin.intake.cap;

import org.jspecify.annotations.NullMarked;
