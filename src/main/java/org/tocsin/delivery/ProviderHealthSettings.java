package org.tocsin.delivery;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a provider counts as broken, and when as sound again.
 *
 * @param channelDownInARow so many answers in a row that the sender is unusable for everybody
 * @param window over which failed calls are counted
 * @param minimumCalls in the window, before a share of them means anything
 * @param failureShare of the calls in the window, 0 to 1
 * @param silenceAfter an accepted message without any receipt is silent from then on
 * @param silenceWindow how much older than that a message may be and still count
 * @param silenceMinimum accepted messages in that window, before a share of them means anything
 * @param silenceShare of them, 0 to 1
 * @param silenceChannels those that have receipts
 * @param probeEvery from opening to the first trial, and between two of them
 * @param trialMessages at a time, while it is not known whether the provider works again
 * @param trialPatience how long others wait for the result of the trial before they go on to their next rung
 * @param trialTimeout a trial without result is begun again, by any hub
 * @param trialAnywayAfter a trial is made though the provider's own word about its health has not come
 * @param drainPerSecond in the first second after closing; twice as many each 5 seconds
 */
@ConfigurationProperties("tocsin.circuit")
public record ProviderHealthSettings(
        @DefaultValue("3") int channelDownInARow,
        @DefaultValue("60s") Duration window,
        @DefaultValue("20") int minimumCalls,
        @DefaultValue("0.5") double failureShare,
        @DefaultValue("60s") Duration silenceAfter,
        @DefaultValue("2m") Duration silenceWindow,
        @DefaultValue("20") int silenceMinimum,
        @DefaultValue("0.8") double silenceShare,
        @DefaultValue({"whatsapp", "sms"}) List<String> silenceChannels,
        @DefaultValue("15s") Duration probeEvery,
        @DefaultValue("3") int trialMessages,
        @DefaultValue("3s") Duration trialPatience,
        @DefaultValue("2m") Duration trialTimeout,
        @DefaultValue("5m") Duration trialAnywayAfter,
        @DefaultValue("20") double drainPerSecond) {

    public ProviderHealthSettings {
        silenceChannels = List.copyOf(silenceChannels);
        above(0, channelDownInARow, "channel-down-in-a-row");
        above(0, minimumCalls, "minimum-calls");
        above(0, silenceMinimum, "silence-minimum");
        above(0, trialMessages, "trial-messages");
        above(0, drainPerSecond, "drain-per-second");
        share(failureShare, "failure-share");
        share(silenceShare, "silence-share");
        above(0.999, window.toMillis() / 1e3, "window in seconds");
    }

    private static void above(double least, double value, String key) {
        if (!(value > least)) {
            throw new IllegalArgumentException("tocsin.circuit." + key + " is too small");
        }
    }

    private static void share(double value, String key) {
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException("tocsin.circuit." + key + " is a share: above 0, at most 1");
        }
    }
}
