/** Measurements against thresholds, an incident for each device, by the mappings of {@code config/sensors.yaml}. */
@NamedInterface("sensors")
@NullMarked
package org.tocsin.intake.sensors;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
