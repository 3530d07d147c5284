package org.tocsin.cost;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages and what they cost. Amounts are decimals as text, exact; currencies are never added to each other.
 *
 * @param totals by currency
 * @param unknown messages among them whose price nobody has told the hub: in no total
 */
public record Statement(List<Line> lines, Map<String, String> totals, long unknown) {

    /**
     * @param country of the number; null for what has none, such as e-mail
     * @param units what is paid for: segments of SMS, else messages
     * @param pricingType the provider's own word for how it bills them; null where it said nothing
     * @param price of a unit; null: unknown, as are currency and cost
     */
    public record Line(
            String channel,
            @Nullable String country,
            String category,
            long messages,
            long units,
            @Nullable String pricingType,
            @Nullable String price,
            @Nullable String currency,
            @Nullable String cost) {}
}
