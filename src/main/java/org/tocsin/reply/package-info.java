/** What people answer, and what it means. */
@NullMarked
package org.tocsin.reply;

import org.jspecify.annotations.NullMarked;
