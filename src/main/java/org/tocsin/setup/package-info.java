/** Puts together the parts that know nothing of Spring, and reads where a deployment's files are. */
@NullMarked
package org.tocsin.setup;

import org.jspecify.annotations.NullMarked;
