/** Triggers that cannot be taken though the ledger works, and who learns of them. */
@NamedInterface("stuck")
@NullMarked
package org.tocsin.intake.stuck;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
