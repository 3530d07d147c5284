/** Triggers that cannot become an alert wait for a person, who mends and replays them. */
@NamedInterface("parked")
@NullMarked
package org.tocsin.intake.parked;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
