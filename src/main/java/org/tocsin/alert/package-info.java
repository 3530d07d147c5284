/**
 * The alert in the words of OASIS CAP 1.2: records and enums, their XML and JSON forms, and the rules both share.
 * Depends on nothing of the hub and does no input or output.
 */
@NullMarked
package org.tocsin.alert;

import org.jspecify.annotations.NullMarked;
