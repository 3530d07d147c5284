/** Incidents of other tools that have a life cycle of their own, by the mappings of {@code config/events.yaml}. */
@NamedInterface("events")
@NullMarked
package org.tocsin.intake.events;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
