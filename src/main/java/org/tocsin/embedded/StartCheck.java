package org.tocsin.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tocsin.delivery.ChannelCredentials;

/**
 * Before a live start: each channel that some ladder uses has what it needs. A channel that would fail for everybody
 * must be found now, by the person who configures it, and not by the first alert.
 */
public final class StartCheck {
    private static final Logger log = LoggerFactory.getLogger(StartCheck.class);

    private StartCheck() {}

    /**
     * @param channels the names that occur in {@code config/delivery-plan.yaml}
     * @throws StartRefused naming every key that is empty; in the demo the simulators' own values are enough
     */
    public static void requireCredentials(
            boolean demo, Set<String> channels, List<? extends ChannelCredentials> credentials) {
        List<String> missing = missing(channels, credentials);
        if (missing.isEmpty()) {
            return;
        }
        String first = missing.get(0);
        String sentence = first + " is empty" + others(missing) + ": set it in config/application.yaml or as "
                + KnownKeys.variable(first) + ", or take the channel out of config/delivery-plan.yaml";
        if (demo) {
            log.warn("Live, this would not start: {}", sentence);
            return;
        }
        throw new StartRefused(sentence);
    }

    private static List<String> missing(Set<String> channels, List<? extends ChannelCredentials> credentials) {
        List<String> missing = new ArrayList<>();
        for (String channel : new TreeSet<>(channels)) {
            credentials.stream().filter(c -> c.channel().equals(channel)).forEach(c -> missing.addAll(c.missingKeys()));
        }
        return missing;
    }

    private static String others(List<String> missing) {
        return missing.size() == 1
                ? ""
                : " (and so " + (missing.size() == 2 ? "is " : "are ")
                        + String.join(", ", missing.subList(1, missing.size())) + ")";
    }
}
