/** The REST interface: who may call it, what it answers. All of it is answered after the commit. */
@NullMarked
package org.tocsin.api;

import org.jspecify.annotations.NullMarked;
