package org.tocsin.delivery.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Meta says that a number may do (WhatsApp Cloud API, throughput and messaging limits, 2026-09), against what is
 * configured. Words that are not known say nothing.
 *
 * @param perSecond messages, by {@code throughput.level}; null: not said
 * @param people different ones in 24 h, by {@code whatsapp_business_manager_messaging_limit}; 0: any number; null: not said
 */
public record NumberLimits(
        @Nullable Integer perSecond, @Nullable Integer people) {
    /** What is asked for besides {@code health_status}. */
    public static final String FIELDS = "throughput,whatsapp_business_manager_messaging_limit";

    private static final String RATE = "tocsin.whatsapp.messages-per-second";
    private static final String PEOPLE = "tocsin.whatsapp.people-per-day";

    private static final Map<String, Integer> LEVELS = Map.of("STANDARD", 80, "HIGH", 1_000);
    private static final Map<String, Integer> TIERS = Map.of(
            "TIER_50", 50,
            "TIER_250", 250,
            "TIER_1K", 1_000,
            "TIER_2K", 2_000,
            "TIER_10K", 10_000,
            "TIER_100K", 100_000,
            "TIER_UNLIMITED", 0);

    /** @param answer to {@code GET /{phone number id}} */
    public static NumberLimits read(JsonNode answer) {
        return new NumberLimits(
                LEVELS.get(answer.path("throughput").path("level").asText()),
                TIERS.get(
                        answer.path("whatsapp_business_manager_messaging_limit").asText()));
    }

    /**
     * Nothing of it is put into force by itself: a rate that is too high is cut by the provider's refusals as it is, and
     * one that is lower on purpose is somebody's decision.
     *
     * @param configuredPerSecond 0 for no limit
     * @param configuredPeople 0 for no limit
     * @return a sentence for each key that differs
     */
    public List<String> against(double configuredPerSecond, int configuredPeople) {
        List<String> differences = new ArrayList<>();
        if (perSecond != null && configuredPerSecond != perSecond) {
            boolean tooMuch = configuredPerSecond == 0 || configuredPerSecond > perSecond;
            differences.add("Meta lets it send " + perSecond + " messages a second, and " + RATE + " is "
                    + shown(configuredPerSecond)
                    + (tooMuch ? ": the others are refused" : ": an alert takes longer than it must"));
        }
        if (people != null && configuredPeople != people) {
            boolean tooMany = people != 0 && (configuredPeople == 0 || configuredPeople > people);
            differences.add("Meta lets it write to " + (people == 0 ? "any number of" : people.toString())
                    + " people in 24 h, and " + PEOPLE + " is " + shown(configuredPeople)
                    + (tooMany
                            ? ": the others are refused one by one before they get an SMS"
                            : ": some get an SMS who could have WhatsApp"));
        }
        return differences;
    }

    private static String shown(double configured) {
        return configured == 0 ? "0 (no limit)" : Long.toString(Math.round(configured));
    }
}
