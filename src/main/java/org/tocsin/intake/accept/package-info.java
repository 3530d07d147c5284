/** The one door for triggers, and the one transaction in which an alert is made durable with all that follows from it. */
@NamedInterface("accept")
@NullMarked
package org.tocsin.intake.accept;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
