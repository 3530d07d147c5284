/** E-mail as a source: whether a mail may trigger, and what it says. Pure, but for {@link org.tocsin.intake.mail.MailLog}. */
@NamedInterface("mail")
@NullMarked
package org.tocsin.intake.mail;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
