/** The beans that {@code routes/} names. The only package that knows Camel. */
@NullMarked
package org.tocsin.routing;

import org.jspecify.annotations.NullMarked;
