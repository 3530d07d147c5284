/** WhatsApp through Meta's Cloud API: requests, what answers mean, and what its webhook tells. */
@NullMarked
package org.tocsin.delivery.whatsapp;

import org.jspecify.annotations.NullMarked;
