package org.tocsin.duty;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who learns what needs a person.
 *
 * @param group of the directory file
 * @param sender the CAP sender of these notices
 * @param parkedEvery at least this long between two notices of parked triggers; each tells of all since the last
 */
@ConfigurationProperties("tocsin.duty")
public record DutySettings(
        @DefaultValue("duty") String group,
        @DefaultValue("duty@tocsin.invalid") String sender,
        @DefaultValue("30s") Duration parkedEvery) {}
