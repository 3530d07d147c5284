/** A source gone wild: what says the same is told once, and what comes too often waits for a person. */
@NamedInterface("storms")
@NullMarked
package org.tocsin.intake.storms;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
