package org.tocsin.alert;

import org.jspecify.annotations.Nullable;

/** CAP 1.2 {@code resource}. Never fetched by the hub on its own. {@code size} in bytes. */
public record Resource(
        String resourceDesc,
        String mimeType,
        @Nullable Long size,
        @Nullable String uri,
        @Nullable String derefUri,
        @Nullable String digest) {}
