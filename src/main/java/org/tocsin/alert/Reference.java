package org.tocsin.alert;

import java.time.OffsetDateTime;

/** Names an earlier alert: the triple {@code sender,identifier,sent} of CAP 1.2 {@code references}. */
public record Reference(String sender, String identifier, OffsetDateTime sent) {}
