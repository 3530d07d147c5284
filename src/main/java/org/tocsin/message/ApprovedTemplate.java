package org.tocsin.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One WhatsApp template that must be approved at Meta for the files to work: also each spare one, and each with image.
 *
 * @param headerType {@code image}, or null
 * @param parameters named, in the order of the body
 */
public record ApprovedTemplate(
        String name,
        String language,
        String category,
        int ttlSeconds,
        @Nullable String headerType,
        String body,
        List<String> parameters,
        List<TemplateText.Button> buttons) {

    public ApprovedTemplate {
        parameters = List.copyOf(parameters);
        buttons = List.copyOf(buttons);
    }
}
