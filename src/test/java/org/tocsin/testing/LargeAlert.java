package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.tocsin.simulator.Simulator;
import org.tocsin.testing.Crowd.Member;

/** One alert to many of a crowd, known on each phone by a marker of its own. */
public final class LargeAlert {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Crowd crowd;
    private final Simulator simulator;
    private final String marker;
    private final List<Member> told;
    private final String sent = Cap.now();
    /** The same at each try. */
    private final String json;

    private LargeAlert(Crowd crowd, Simulator simulator, String marker, List<Member> told) {
        this.crowd = crowd;
        this.simulator = simulator;
        this.marker = marker;
        this.told = told;
        String[] addresses = told.size() == crowd.size()
                ? new String[] {"crowd"}
                : told.stream().map(Member::id).toArray(String[]::new);
        this.json = Cap.from(Crowd.SENDER, "all-" + marker, sent, "Flood", text(), addresses);
    }

    public static LargeAlert toAll(Crowd crowd, Simulator simulator, String marker) {
        return new LargeAlert(crowd, simulator, marker, crowd.members());
    }

    /** To the first ones only. */
    public static LargeAlert toFirst(int number, Crowd crowd, Simulator simulator, String marker) {
        return new LargeAlert(crowd, simulator, marker, crowd.members().subList(0, number));
    }

    /** Returns when the hub has acknowledged it. */
    public void handTo(HubProcess hub) throws IOException, InterruptedException {
        assertThat(attempt(hub.url("/api/alerts"))).isEqualTo(202);
    }

    /** Again and again until it is acknowledged. */
    public void handUntilTaken(LoadBalancer hubs) {
        Settlement.eventually().ignoreExceptions().until(() -> attempt(hubs.url("/api/alerts")) / 100 == 2);
    }

    /** Takes it back, again and again until that is acknowledged. @return when it was */
    public Instant cancelUntilTaken(LoadBalancer hubs) {
        String cancel = Cap.cancel(Crowd.SENDER, "cancel-of-" + marker, Crowd.SENDER, "all-" + marker, sent);
        Settlement.eventually().ignoreExceptions().until(() -> attempt(hubs.url("/api/alerts"), cancel) / 100 == 2);
        return Instant.now();
    }

    private int attempt(String url) throws IOException, InterruptedException {
        return attempt(url, json);
    }

    private static int attempt(String url, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + Hub.TRIGGER_KEY)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private String text() {
        return "Everybody " + marker + "everybody";
    }

    public String marker() {
        return marker;
    }

    public PhoneCount phones() {
        return PhoneCount.ofAll(crowd, text(), simulator);
    }

    /** How many have not got it yet. */
    public int missing() {
        return phones().lost(told).size();
    }

    public int reached() {
        return told.size() - missing();
    }

    public void awaitReached(int number) {
        Settlement.eventually().pollInterval(Duration.ofMillis(50)).until(() -> reached() >= number);
    }

    public void awaitAll() {
        Settlement.eventually()
                .untilAsserted(
                        () -> assertThat(missing()).as("missing of " + marker).isZero());
    }

    public void assertNothingAmiss(LedgerCount ledger) {
        Settlement.assertNothingAmiss(phones(), told, ledger);
    }

    /** It need not have reached anybody; whom it reached was told of the Cancel. */
    public void assertNothingAmissAfterItsCancel(Instant cancelled, LedgerCount ledger) {
        PhoneCount phones = phones();
        Settlement.assertNothingAmiss(phones, List.of(), ledger);
        Settlement.assertNothingAfterTheCancel(
                phones,
                told.stream().collect(Collectors.toMap(member -> member, member -> cancelled)),
                ledger,
                member -> "all-" + marker);
    }
}
