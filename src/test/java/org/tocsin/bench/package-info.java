/** Measures the hub from outside, in processes of its own. Not part of the tests: see {@link org.tocsin.bench.FirstFigures}. */
@NullMarked
package org.tocsin.bench;

import org.jspecify.annotations.NullMarked;
