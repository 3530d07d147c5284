package org.tocsin.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * A sender of a channel and what it may send in a second; 0 for no limit.
 *
 * @param sender a phone number id, a source address
 */
record SenderRate(String sender, double perSecond) {

    /**
     * @param senders separated by commas
     * @param perSecond one for all, or one for each, separated by commas
     * @throws IllegalArgumentException when they do not fit together
     */
    static List<SenderRate> list(String senders, String perSecond) {
        List<String> names = words(senders);
        List<String> rates = words(perSecond);
        if (rates.size() != 1 && rates.size() != names.size()) {
            throw new IllegalArgumentException(
                    "messagesPerSecond is one number for all senders, or one for each of the " + names.size()
                            + " in their order");
        }
        if (new HashSet<>(names).size() < names.size() || names.contains("")) {
            throw new IllegalArgumentException("sender names each sender once, separated by commas");
        }
        List<SenderRate> list = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            list.add(new SenderRate(names.get(i), rate(rates.get(rates.size() == 1 ? 0 : i))));
        }
        return list;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    private static double rate(String text) {
        try {
            double rate = Double.parseDouble(text);
            if (rate >= 0 && rate < Double.POSITIVE_INFINITY) {
                return rate;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("messagesPerSecond is a number, 0 for no limit");
    }
}
