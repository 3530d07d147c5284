package org.tocsin.setup;

import java.nio.file.Path;
import java.time.ZoneId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the files that a deployment edits are, and how its people see the hub.
 *
 * @param deliveryPlan which ladder an alert gets
 * @param contacts the directory; read at each start
 * @param templates the folder of the texts
 * @param prices what messages cost; the empty path: not known
 * @param timeZone in which times are written in messages
 * @param publicUrl under which people's browsers reach this hub, for the links in e-mails; empty: no links
 */
@ConfigurationProperties("tocsin")
public record FileSettings(
        @DefaultValue("config/delivery-plan.yaml") Path deliveryPlan,
        @DefaultValue("config/contacts.csv") Path contacts,
        @DefaultValue("config/templates") Path templates,
        @DefaultValue("config/prices.csv") Path prices,
        @DefaultValue("UTC") ZoneId timeZone,
        @DefaultValue("") String publicUrl) {}
