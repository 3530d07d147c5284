/** The commands of the terminal; {@code serve} is the default. */
@NullMarked
package org.tocsin.cli;

import org.jspecify.annotations.NullMarked;
