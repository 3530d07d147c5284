/**
 * A hub has done nothing for days when it is needed, and a JVM that has done nothing is slow: its first alert is told by
 * code that nobody has compiled. So it practises by itself after each start, on people who do not exist, with a provider
 * that tells nobody.
 *
 * <p>{@link org.tocsin.warmup.WarmUp} says when; {@code TrialHub} is a second hub in this JVM, with a database, a
 * directory, keys, routes and texts of its own (in {@code resources/warm-up}): nothing of the real one's configuration is
 * known to it, so that nothing it does can reach anybody.
 */
@NullMarked
package org.tocsin.warmup;

import org.jspecify.annotations.NullMarked;
