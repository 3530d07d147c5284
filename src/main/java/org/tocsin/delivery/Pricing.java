package org.tocsin.delivery;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a provider says that it bills one message (WhatsApp Cloud API, {@code pricing} of a status, 2026-09). With {@code sent}
 * it says how it would: a message that then fails is not billed.
 */
public record Pricing(boolean billable, Category category, Type type) {

    /** Stored by its place: new ones are added at the end, and there is room for eight. */
    public enum Category {
        OTHER,
        UTILITY,
        AUTHENTICATION,
        MARKETING,
        SERVICE;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Stored by its place, as well. */
    public enum Type {
        OTHER,
        REGULAR,
        FREE_CUSTOMER_SERVICE,
        FREE_ENTRY_POINT;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int CATEGORY_AT = 1;
    private static final int TYPE_AT = 4;
    private static final int SEVEN = 7;

    /** Words that are not known here are {@code OTHER}, and have no price. */
    public static Pricing of(boolean billable, @Nullable String category, @Nullable String type) {
        return new Pricing(
                billable, find(Category.values(), category, Category.OTHER), find(Type.values(), type, Type.OTHER));
    }

    /** As {@link #code} wrote it. */
    public static Pricing ofCode(int code) {
        return new Pricing(
                (code & 1) == 1,
                at(Category.values(), code >> CATEGORY_AT & SEVEN),
                at(Type.values(), code >> TYPE_AT & SEVEN));
    }

    short code() {
        return (short) ((billable ? 1 : 0) | category.ordinal() << CATEGORY_AT | type.ordinal() << TYPE_AT);
    }

    private static <E extends Enum<E>> E find(E[] values, @Nullable String word, E otherwise) {
        for (E value : values) {
            if (value.name().equalsIgnoreCase(word)) {
                return value;
            }
        }
        return otherwise;
    }

    /** What a later release has written is not known here: the first, which is OTHER. */
    private static <E extends Enum<E>> E at(E[] values, int place) {
        return values[place < values.length ? place : 0];
    }
}
