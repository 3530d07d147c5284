/** What people see: the demo's live board, and the page behind the personal link of an e-mail. */
@NullMarked
package org.tocsin.console;

import org.jspecify.annotations.NullMarked;
