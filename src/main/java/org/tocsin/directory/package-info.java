/** Who is told: people, their addresses and groups, what they consented to, and whom an alert concerns. */
@NullMarked
package org.tocsin.directory;

import org.jspecify.annotations.NullMarked;
