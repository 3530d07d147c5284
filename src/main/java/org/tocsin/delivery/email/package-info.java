/** E-mail over SMTP, by way of camel-mail 4.17: one person a message. */
@NamedInterface("email")
@NullMarked
package org.tocsin.delivery.email;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
