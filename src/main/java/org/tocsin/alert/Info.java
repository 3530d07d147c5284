package org.tocsin.alert;

import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One CAP 1.2 {@code info}: what is said, in one language (BCP 47; CAP's default is {@code en-US}). */
public record Info(
        String language,
        List<Category> categories,
        String event,
        List<ResponseType> responseTypes,
        Urgency urgency,
        Severity severity,
        Certainty certainty,
        @Nullable String audience,
        List<Value> eventCodes,
        @Nullable OffsetDateTime effective,
        @Nullable OffsetDateTime onset,
        @Nullable OffsetDateTime expires,
        @Nullable String senderName,
        @Nullable String headline,
        @Nullable String description,
        @Nullable String instruction,
        @Nullable String web,
        @Nullable String contact,
        List<Value> parameters,
        List<Resource> resources,
        List<Area> areas) {

    public Info {
        categories = List.copyOf(categories);
        responseTypes = List.copyOf(responseTypes);
        eventCodes = List.copyOf(eventCodes);
        parameters = List.copyOf(parameters);
        resources = List.copyOf(resources);
        areas = List.copyOf(areas);
    }

    /** The value of the first parameter of that name, or null. */
    public @Nullable String parameter(String valueName) {
        return parameters.stream()
                .filter(p -> p.valueName().equals(valueName))
                .map(Value::value)
                .findFirst()
                .orElse(null);
    }
}
