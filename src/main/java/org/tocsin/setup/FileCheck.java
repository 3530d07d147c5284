package org.tocsin.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.tocsin.alert.Severity;
import org.tocsin.cost.PriceFile;
import org.tocsin.delivery.ChannelCredentials;
import org.tocsin.delivery.PlanFile;
import org.tocsin.delivery.email.EmailSettings;
import org.tocsin.delivery.sms.SmppSettings;
import org.tocsin.delivery.whatsapp.WhatsAppSettings;
import org.tocsin.directory.ContactsCsv;
import org.tocsin.embedded.HubSettings;
import org.tocsin.embedded.RouteFiles;
import org.tocsin.embedded.StartCheck;
import org.tocsin.embedded.StartRefused;
import org.tocsin.intake.IntakeSettings;
import org.tocsin.intake.events.Events;
import org.tocsin.intake.sensors.Sensors;
import org.tocsin.message.Templates;

/** The files of {@code config/} as the hub will read them, and the credentials of the channels that they name. */
public final class FileCheck {
    private static final Pattern SERVED = Pattern.compile("deliveries:([A-Za-z0-9_-]+)");

    private FileCheck() {}

    /** An {@code org.tocsin.embedded.EarlyCheck}. */
    public static void check(ConfigurableEnvironment environment) {
        Binder binder = Binder.get(environment);
        FileSettings files = binder.bindOrCreate("tocsin", FileSettings.class);
        PlanFile plan = PlanFile.load(files.deliveryPlan());
        requireRoutes(
                plan,
                files,
                Path.of(binder.bindOrCreate("tocsin", HubSettings.class).routesDir()));
        // In the demo the simulators set them, later.
        if (!binder.bindOrCreate("tocsin", HubSettings.class).demo()) {
            StartCheck.requireCredentials(
                    false,
                    plan.channels(),
                    List.of(
                            credentials(binder, WhatsAppSettings.class),
                            credentials(binder, SmppSettings.class),
                            credentials(binder, EmailSettings.class)));
        }
        requireFittingTemplates(
                files,
                Templates.load(files.templates(), files.timeZone()),
                binder.bindOrCreate("tocsin.alert.max-age", IntakeSettings.MaxAge.class));
        IntakeSettings intake = binder.bindOrCreate("tocsin.intake", IntakeSettings.class);
        Events.read(intake.events(), Sensors.read(intake.sensors()));
        ContactsCsv.requireHeader(files.contacts());
        PriceFile.load(files.prices());
        Path routes = Path.of(binder.bindOrCreate("tocsin", HubSettings.class).routesDir());
        FeedCheck.check(binder, routes);
        PublishCheck.check(binder, routes);
    }

    /** The hub sends by WhatsApp only what Meta gives up before the alert ends. */
    private static void requireFittingTemplates(FileSettings files, Templates templates, IntakeSettings.MaxAge ages) {
        Map.Entry<String, Integer> template = templates.longestLeast();
        Stream.of(Severity.values())
                .filter(severity -> ages.of(severity).toSeconds() <= template.getValue())
                .findFirst()
                .ifPresent(severity -> {
                    throw new StartRefused(files.templates() + "/" + template.getKey() + ".yaml: whatsapp.ttl-seconds: "
                            + template.getValue() + " is longer than tocsin.alert.max-age allows for " + severity
                            + ", so that no such alert without `expires` would go by WhatsApp: add a whatsapp.shorter");
                });
    }

    /** A rung that no route serves would wait for ever, and nobody would get the next one. */
    private static void requireRoutes(PlanFile plan, FileSettings files, Path routes) {
        Set<String> served = new TreeSet<>();
        try {
            for (Path file : RouteFiles.in(routes)) {
                Matcher matcher = SERVED.matcher(Files.readString(file));
                while (matcher.find()) {
                    served.add(matcher.group(1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("tocsin.routes-dir: " + routes + " cannot be read", e);
        }
        for (String channel : plan.channels()) {
            if (!served.contains(channel)) {
                throw new StartRefused(files.deliveryPlan() + ": no route serves the channel " + channel
                        + " (deliveries:" + channel + "); the routes of " + routes + " serve " + served);
            }
        }
    }

    private static ChannelCredentials credentials(Binder binder, Class<? extends ChannelCredentials> type) {
        return binder.bindOrCreate(
                type.getAnnotation(ConfigurationProperties.class).value(), type);
    }
}
