/**
 * Triggers become alerts. Here is what all parts of the intake speak of: a {@link org.tocsin.intake.Submission}, what it
 * says once it is read, and what became of it; each part is a package below, named by what it does.
 */
@NullMarked
package org.tocsin.intake;

import org.jspecify.annotations.NullMarked;
