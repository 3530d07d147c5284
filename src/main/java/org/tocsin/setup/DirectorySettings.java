package org.tocsin.setup;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the directory file is read.
 *
 * @param defaultRegion ISO 3166 code of the country of numbers without {@code +}; empty: such numbers are refused
 * @param defaultLanguage BCP 47, for people whose row names none
 * @param maxDeactivatedShare a file that would deactivate more of the active contacts than this is refused as a whole
 */
@ConfigurationProperties("tocsin.directory")
public record DirectorySettings(
        @DefaultValue("") String defaultRegion,
        @DefaultValue("en") String defaultLanguage,
        @DefaultValue("0.5") double maxDeactivatedShare) {}
