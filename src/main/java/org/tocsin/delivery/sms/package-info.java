/** SMS through an SMSC over SMPP, by way of camel-smpp 4.17. */
@NamedInterface("sms")
@NullMarked
package org.tocsin.delivery.sms;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
