/** How a new alert begins, what an Update or Cancel does to those that it names, and what a person decides. */
@NamedInterface("admission")
@NullMarked
package org.tocsin.intake.admission;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
