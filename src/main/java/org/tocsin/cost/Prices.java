package org.tocsin.cost;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The prices that are known. One that is not known is null, which is no price of zero. */
public final class Prices {
    /** Stands for every country that has no price of its own. */
    static final String ANYWHERE = "*";

    private record Key(String country, String channel, String category) {}

    /** The newest first. */
    private final Map<Key, List<Price>> prices = new HashMap<>();

    Prices(Collection<Price> all) {
        for (Price price : all) {
            prices.computeIfAbsent(
                            new Key(price.country(), price.channel(), price.category()), key -> new ArrayList<>(1))
                    .add(price);
        }
        prices.values()
                .forEach(
                        list -> list.sort(Comparator.comparing(Price::validFrom).reversed()));
    }

    /** For a hub that has no file of them. */
    public static Prices none() {
        return new Prices(List.of());
    }

    /** The country's own price that is in force on that day, else that of everywhere, else null. */
    @Nullable
    Price of(@Nullable String country, String channel, String category, LocalDate day) {
        Price own = country == null ? null : inForce(new Key(country, channel, category), day);
        return own != null ? own : inForce(new Key(ANYWHERE, channel, category), day);
    }

    private @Nullable Price inForce(Key key, LocalDate day) {
        for (Price price : prices.getOrDefault(key, List.of())) {
            if (!price.validFrom().isAfter(day)) {
                return price;
            }
        }
        return null;
    }
}
