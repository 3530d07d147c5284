/**
 * Stand-ins for the providers: WhatsApp's Cloud API, an SMSC over SMPP and a mail server, each with a journal of what
 * reached it and with faults that can be switched on per recipient. Nothing depends on this package, and it depends on
 * nothing of the hub: it must be able to disagree with it.
 */
@NullMarked
package org.tocsin.simulator;

import org.jspecify.annotations.NullMarked;
