package org.tocsin.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.tocsin.embedded.DemoServers;
import org.tocsin.simulator.Fault;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;

/**
 * The world outside, for the demo: a simulated Cloud API, SMSC and mail server, and people of the sample directory
 * who are not all on WhatsApp, and do not all answer.
 */
final class SimulatedWorld implements DemoServers, ApplicationListener<WebServerInitializedEvent> {
    /** The caller of the two lines to try; the hub of the demo listens on loopback only. */
    static final String API_KEY = "demo";

    private static final String P03 = "+33199001003";
    private static final String P05 = "+33199001005";
    private static final String P07 = "+33199001007";
    private static final String P11 = "+33199001011";
    private static final String P12 = "+33199001012";
    private static final Set<String> ANSWER = Set.of("+33199001001", "+33199001002", "+33199001017");

    private @Nullable Simulator simulator;

    @Override
    public AutoCloseable start(ConfigurableEnvironment environment) {
        Simulator started = Simulator.start(SimulatorSettings.defaults()
                .withReceiptDelays(Duration.ofMillis(300), Duration.ofMillis(1200), Duration.ofSeconds(4)));
        people(started);
        environment.getPropertySources().addFirst(new MapPropertySource("simulated world", settings(started)));
        simulator = started;
        return started;
    }

    /** The hub's port is known now, also where it was 0. The health port, a server of its own, is not meant. */
    @Override
    public void onApplicationEvent(WebServerInitializedEvent listening) {
        if (simulator != null && listening.getApplicationContext().getServerNamespace() == null) {
            simulator
                    .whatsApp()
                    .subscribeUntilVerified(
                            "http://127.0.0.1:" + listening.getWebServer().getPort() + "/hooks/whatsapp");
        }
    }

    private static void people(Simulator simulator) {
        simulator.whatsApp().fault(P03, Fault.notOnWhatsApp());
        simulator.whatsApp().fault(P07, Fault.notOnWhatsApp());
        simulator.whatsApp().fault(P11, Fault.notOnWhatsApp());
        simulator.whatsApp().fault(P12, Fault.notOnWhatsApp());
        simulator.whatsApp().fault(P05, Fault.sentOnly());
        simulator.whatsApp().autoAnswer(SimulatedWorld::answers);
    }

    private static Optional<Duration> answers(Sent sent) {
        return ANSWER.contains(sent.to()) ? Optional.of(Duration.ofSeconds(3)) : Optional.empty();
    }

    private static Map<String, Object> settings(Simulator simulator) {
        SimulatorSettings.Account account = simulator.settings().account();
        SimulatorSettings.Sms sms = simulator.settings().sms();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("tocsin.whatsapp.base-url", simulator.whatsApp().baseUrl());
        settings.put("tocsin.whatsapp.phone-number-id", account.phoneNumberId());
        settings.put("tocsin.whatsapp.access-token", account.accessToken());
        settings.put("tocsin.whatsapp.app-secret", account.appSecret());
        settings.put("tocsin.whatsapp.verify-token", account.verifyToken());
        settings.put("tocsin.sms.smpp.host", "127.0.0.1");
        settings.put("tocsin.sms.smpp.port", simulator.smsc().port());
        settings.put("tocsin.sms.smpp.system-id", sms.systemId());
        settings.put("tocsin.sms.smpp.password", sms.password());
        settings.put("tocsin.sms.smpp.source-address", "Tocsin");
        settings.put("tocsin.email.host", "127.0.0.1");
        settings.put("tocsin.email.port", simulator.mail().port());
        settings.put("tocsin.email.from", "alerts@tocsin.example");
        settings.put("tocsin.api.keys[0]", "demo:" + DigestUtils.sha256Hex(API_KEY) + ":operator");
        return settings;
    }
}
