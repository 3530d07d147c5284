package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.tocsin.simulator.Simulator;

/**
 * So many people of one group that each has every channel, WhatsApp first; and watchers, of whom each gets one Extreme alert,
 * to see how long that takes while the town keeps the hub busy.
 */
public final class Town {
    private static final int WATCHERS = 400;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final int size;
    private final HubProcess hub;
    private final Simulator simulator;
    private final List<Duration> extremes = new ArrayList<>();

    public Town(int size, HubProcess hub, Simulator simulator) {
        this.size = size;
        this.hub = hub;
        this.simulator = simulator;
    }

    /** {@code contacts.csv}. */
    public static void write(int size, Path folder) throws IOException {
        try (BufferedWriter contacts = Files.newBufferedWriter(folder.resolve("contacts.csv"))) {
            contacts.write("id,name,language,phone,email,groups,lat,lon,opt_in\n");
            for (int n = 0; n < WATCHERS; n++) {
                contacts.write("w%03d,Watcher %03d,en,%s,w%03d@people.example.org,watchers,,,whatsapp;sms;email%n"
                        .formatted(n, n, watcher(n), n));
            }
            for (int n = 0; n < size; n++) {
                contacts.write("h%06d,Town %06d,en,%s,h%06d@people.example.org,town,,,whatsapp;sms;email%n"
                        .formatted(n, n, phone(n), n));
            }
        }
    }

    public static String phone(int n) {
        return "+33639%06d".formatted(n);
    }

    private static String watcher(int n) {
        return "+33700%06d".formatted(n);
    }

    public int size() {
        return size;
    }

    /** Hands in an alert of the tests' sender; what it needs to be updated is in {@code json}. */
    public void post(String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url("/api/alerts")))
                .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    /** One Extreme alert to the next watcher. @return from just before it was handed in to the provider's having read it */
    public Duration extreme() throws IOException, InterruptedException {
        int n = extremes.size();
        assertThat(n).isLessThan(WATCHERS);
        Instant from = Instant.now();
        post(Cap.named("extreme-" + n, "Tornado", "Seek shelter", "w%03d".formatted(n))
                .replace("\"Severe\"", "\"Extreme\""));
        Settlement.eventually()
                .pollInterval(Duration.ofMillis(10))
                .until(() -> simulator.whatsApp().journal().last(watcher(n)).isPresent());
        Duration took = Duration.between(
                from,
                simulator.whatsApp().journal().last(watcher(n)).orElseThrow().at());
        extremes.add(took);
        return took;
    }

    /** One after the other, until it is so. */
    public void extremesUntil(java.util.function.BooleanSupplier done) throws IOException, InterruptedException {
        while (!done.getAsBoolean()) {
            extreme();
            hub.letLive(Duration.ofMillis(300));
        }
    }

    public Duration longestExtreme() {
        return extremes.stream().max(Duration::compareTo).orElse(Duration.ZERO);
    }

    public String extremes() {
        List<Long> millis = extremes.stream().map(Duration::toMillis).sorted().toList();
        return millis.isEmpty()
                ? "no Extreme alert"
                : "%d Extreme alerts at the provider after %d ms (median), %d ms at most"
                        .formatted(millis.size(), millis.get(millis.size() / 2), millis.get(millis.size() - 1));
    }
}
