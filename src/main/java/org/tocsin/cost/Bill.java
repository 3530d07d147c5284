package org.tocsin.cost;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds messages up by channel, country, category and price: as many sums as there are of these, however many people. */
final class Bill {
    /** @param price null: unknown */
    private record Key(
            String channel,
            @Nullable String country,
            String category,
            @Nullable String pricingType,
            @Nullable Price price) {}

    private static final class Sum {
        long messages;
        long units;
    }

    private static final Comparator<Statement.Line> ORDER = Comparator.comparing(Statement.Line::channel)
            .thenComparing(line -> String.valueOf(line.country()))
            .thenComparing(Statement.Line::category)
            .thenComparing(line -> String.valueOf(line.pricingType()))
            .thenComparing(line -> String.valueOf(line.price()))
            .thenComparing(line -> String.valueOf(line.currency()));

    private final boolean costsNothing;
    private final Map<Key, Sum> sums = new HashMap<>();

    private Bill(boolean costsNothing) {
        this.costsNothing = costsNothing;
    }

    static Bill priced() {
        return new Bill(false);
    }

    /** Of what is known to be free: no price is asked for. */
    static Bill free() {
        return new Bill(true);
    }

    /** One message. */
    void add(
            String channel,
            @Nullable String country,
            String category,
            @Nullable String pricingType,
            @Nullable Price price,
            int units) {
        Sum sum = sums.computeIfAbsent(new Key(channel, country, category, pricingType, price), key -> new Sum());
        sum.messages++;
        sum.units += units;
    }

    Statement statement() {
        List<Statement.Line> lines = new ArrayList<>();
        Map<String, BigDecimal> totals = new TreeMap<>();
        long[] unknown = {0};
        sums.forEach((key, sum) -> {
            Price price = key.price();
            BigDecimal cost = price == null ? null : price.amount().multiply(BigDecimal.valueOf(sum.units));
            if (price != null) {
                totals.merge(price.currency().getCurrencyCode(), cost, BigDecimal::add);
            } else if (!costsNothing) {
                unknown[0] += sum.messages;
            }
            lines.add(line(key, sum, cost));
        });
        lines.sort(ORDER);
        Map<String, String> written = new TreeMap<>();
        totals.forEach((currency, total) -> written.put(currency, total.toPlainString()));
        return new Statement(lines, written, unknown[0]);
    }

    private Statement.Line line(Key key, Sum sum, @Nullable BigDecimal cost) {
        Price price = key.price();
        String nothing = costsNothing ? "0" : null;
        return new Statement.Line(
                key.channel(),
                key.country(),
                key.category(),
                sum.messages,
                sum.units,
                key.pricingType(),
                price == null ? nothing : price.amount().toPlainString(),
                price == null ? null : price.currency().getCurrencyCode(),
                cost == null ? nothing : cost.toPlainString());
    }
}
