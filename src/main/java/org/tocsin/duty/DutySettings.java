package org.tocsin.duty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who learns what needs a person.
 *
 * @param group of the directory file
 * @param sender the CAP sender of these notices
 */
@ConfigurationProperties("tocsin.duty")
public record DutySettings(
        @DefaultValue("duty") String group,
        @DefaultValue("duty@tocsin.invalid") String sender) {}
