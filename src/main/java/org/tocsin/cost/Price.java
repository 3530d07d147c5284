package org.tocsin.cost;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Currency;

/**
 * What one unit costs from a day on.
 *
 * @param country ISO 3166 code of the calling region, or {@link Prices#ANYWHERE}
 * @param category of the channel's {@link Tariff}
 * @param amount of the currency's main unit
 * @param validFrom the first day, in UTC
 */
record Price(
        String country, String channel, String category, BigDecimal amount, Currency currency, LocalDate validFrom) {}
