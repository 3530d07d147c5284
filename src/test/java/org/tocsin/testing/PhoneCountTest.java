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
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tocsin.simulator.Simulator;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Crowd.End;
import org.tocsin.testing.Crowd.Member;

/** The oracle of the fault tests, asked about messages that no hub would send. */
class PhoneCountTest {
    private static final Duration UNDER_WAY = Duration.ofSeconds(2);

    private final Crowd crowd = Crowd.withEnds(64);
    private final Member cancelled = first(End.CANCELLED);
    private final Member expiring = first(End.EXPIRES);
    private final Member lasting = crowd.get(0);

    private Member first(End end) {
        return crowd.members().stream()
                .filter(member -> member.end() == end && member.channels().startsWith("whatsapp"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyEighthIsCancelledAndEveryEighthExpiresOfBothSourcesAndOnEveryChannel() {
        for (End end : List.of(End.CANCELLED, End.EXPIRES)) {
            List<Member> ending = crowd.members().stream()
                    .filter(member -> member.end() == end)
                    .toList();
            assertThat(ending).hasSize(crowd.size() / 8);
            assertThat(ending.stream().map(Member::source).distinct()).hasSize(2);
            assertThat(ending.stream().map(Member::channels).distinct()).hasSizeGreaterThanOrEqualTo(2);
        }
        assertThat(Crowd.of(64).members()).allMatch(member -> member.end() == End.NONE);
        assertThat(expiring.payload(Instant.EPOCH)).contains("\"expires\":\"1970-01-01T00:00:00+00:00\"");
    }

    @Test
    void whatComesAfterTheEndIsFoundAndOneCallThatWasUnderWayIsNot() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults())) {
            tell(simulator, "tocsin_flood", cancelled);
            tell(simulator, "tocsin_flood", lasting);
            Instant told = simulator
                    .whatsApp()
                    .journal()
                    .last(cancelled.phone())
                    .orElseThrow()
                    .at();
            PhoneCount once = PhoneCount.of(crowd, simulator);
            assertThat(once.toldTooLate(Map.of(cancelled, told.plusMillis(1)), UNDER_WAY))
                    .isEmpty();
            assertThat(once.toldTooLate(Map.of(cancelled, told.minusMillis(1_900)), UNDER_WAY))
                    .as("a call that was under way")
                    .isEmpty();
            assertThat(once.toldTooLate(Map.of(cancelled, told.minusMillis(2_100), expiring, told), UNDER_WAY))
                    .containsExactly(cancelled);

            tell(simulator, "tocsin_flood", cancelled);
            assertThat(PhoneCount.of(crowd, simulator)
                            .toldTooLate(Map.of(cancelled, told.minusMillis(100)), Duration.ofMinutes(1)))
                    .as("two are no call that was under way")
                    .containsExactly(cancelled);
        }
    }

    @Test
    void aCancelIsNotTheAlertAgainAndAllThatProvidersTookIsCounted() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults())) {
            tell(simulator, "tocsin_flood", cancelled);
            tell(simulator, "tocsin_cancelled_short", cancelled);
            PhoneCount phones = PhoneCount.of(crowd, simulator);
            assertThat(phones.reached()).containsExactly(cancelled);
            assertThat(phones.toldOfCancel()).containsExactly(cancelled);
            assertThat(phones.repeats()).isEmpty();
            Instant between = simulator
                    .whatsApp()
                    .journal()
                    .messagesTo(cancelled.phone())
                    .get(0)
                    .at();
            assertThat(phones.toldTooLate(Map.of(cancelled, between), Duration.ZERO))
                    .as("the Cancel itself comes after the Cancel")
                    .isEmpty();

            tell(simulator, "tocsin_cancelled_short", cancelled);
            PhoneCount twice = PhoneCount.of(crowd, simulator);
            assertThat(twice.repeats()).containsExactly(new PhoneCount.Repeat(cancelled, "whatsapp", 2));
            assertThat(twice.lost(List.of(cancelled, lasting))).containsExactly(lasting);
            assertThat(Stream.of(twice.accepted(), (int) twice.takenByProviders()))
                    .containsOnly(3);
        }
    }

    private static void tell(Simulator simulator, String template, Member member)
            throws IOException, InterruptedException {
        String body = """
                {"messaging_product":"whatsapp","to":"%s","type":"template","template":{"name":"%s",
                 "language":{"code":"en"},"components":[{"type":"body","parameters":[
                  {"type":"text","text":"River mark%04dmark"}]}]}}""".formatted(member.phone(), template, member.number());
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(simulator.whatsApp().baseUrl() + "/v25.0/106540352242922/messages"))
                .header(
                        "Authorization",
                        "Bearer " + simulator.settings().account().accessToken())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
    }
}
