/** Which hubs a trigger went through: an event of ours that comes back raises no alert. */
@NamedInterface("hops")
@NullMarked
package org.tocsin.intake.hops;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
