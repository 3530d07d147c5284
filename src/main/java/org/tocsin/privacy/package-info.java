/** What keeps personal data out of sight: secrets that do not print, addresses that are stored encrypted. */
@NullMarked
package org.tocsin.privacy;

import org.jspecify.annotations.NullMarked;
