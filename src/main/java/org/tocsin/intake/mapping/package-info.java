/** What the two mapping files have in common: places in JSON, texts with placeholders, areas, complaints. */
@NullMarked
package org.tocsin.intake.mapping;

import org.jspecify.annotations.NullMarked;
