/** WhatsApp through Meta's Cloud API: requests, what answers mean, and what its webhook tells. */
@NamedInterface("whatsapp")
@NullMarked
package org.tocsin.delivery.whatsapp;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
