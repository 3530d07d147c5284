package org.tocsin.intake;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.tocsin.alert.Severity;

/**
 * Keys {@code tocsin.alert.*} and {@code tocsin.intake.*}.
 *
 * @param site whose alerts these are; one organisation per hub
 * @param sensors the file of the sensors' mappings
 * @param events the file of the mappings of other tools' events
 * @param commitTimeout how long a caller waits for its commit before it is told to come back
 * @param rememberCancels how long a Cancel that came before its alert is looked for when an alert comes
 * @param players groups and contacts whom an Exercise may reach; none: it reaches nobody
 * @param speaksFor by source ({@code jms-incidents}): which CAP senders that source may speak for; all without entry
 * @param expectEvery by source: how long it may be silent before the duty group is told; for ever without entry
 * @param stuckAfter how long a trigger fails, while the ledger works, before the duty group is told
 */
@ConfigurationProperties("tocsin.intake")
public record IntakeSettings(
        @DefaultValue("main") String site,
        @DefaultValue("config/sensors.yaml") Path sensors,
        @DefaultValue("config/events.yaml") Path events,
        @DefaultValue("10s") Duration commitTimeout,
        @DefaultValue("7d") Duration rememberCancels,
        @Nullable List<String> players,
        @Nullable Map<String, Pattern> speaksFor,
        @Nullable Map<String, Duration> expectEvery,
        @DefaultValue("1m") Duration stuckAfter) {

    public IntakeSettings {
        players = players == null ? List.of() : List.copyOf(players);
        speaksFor = speaksFor == null ? Map.of() : Map.copyOf(speaksFor);
        expectEvery = expectEvery == null ? Map.of() : Map.copyOf(expectEvery);
    }

    /** Keys {@code tocsin.alert.max-age.*}. */
    @ConfigurationProperties("tocsin.alert.max-age")
    public record MaxAge(
            @DefaultValue("24h") Duration extreme,
            @DefaultValue("12h") Duration severe,
            @DefaultValue("6h") Duration moderate,
            @DefaultValue("3h") Duration minor) {

        public Duration of(Severity severity) {
            return switch (severity) {
                case Extreme -> extreme;
                case Severe -> severe;
                case Moderate, Unknown -> moderate;
                case Minor -> minor;
            };
        }
    }
}
