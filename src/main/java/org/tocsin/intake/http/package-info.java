/** What HTTP brings and gets, the same for webhooks and the REST interface: callers, CloudEvents, answers. */
@NamedInterface("http")
@NullMarked
package org.tocsin.intake.http;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
