/** Tells the people on duty what needs a person. */
@NullMarked
package org.tocsin.duty;

import org.jspecify.annotations.NullMarked;
