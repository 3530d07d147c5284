/** Silence is an alarm: who must be heard from time to time, and is not. */
@NamedInterface("heartbeats")
@NullMarked
package org.tocsin.intake.heartbeats;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
