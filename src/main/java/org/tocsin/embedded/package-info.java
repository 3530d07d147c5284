/** What a hub needs to run on one machine without being set up: a data folder, PostgreSQL, a broker; and the checks that stop a start which could lose alerts. */
@NullMarked
package org.tocsin.embedded;

import org.jspecify.annotations.NullMarked;
