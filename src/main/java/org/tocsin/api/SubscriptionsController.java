package org.tocsin.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.intake.http.HttpCaller;
import org.tocsin.publish.Outbox;

/** How the tools stand that are told of alerts, and the events that they did not take. */
@RestController
class SubscriptionsController {
    private static final int PAGE = 100;
    private static final int MOST = 100_000;

    /** @param failure of the last try of an event that waits */
    record Shown(
            String name,
            long waiting,
            long lagSeconds,
            long aside,
            @Nullable String failure) {}

    record ShownEvent(
            String id, String event, String alertId, String state, String at, String asideAt, String failure) {}

    private final Outbox outbox;

    SubscriptionsController(Outbox outbox) {
        this.outbox = outbox;
    }

    @GetMapping("/api/subscriptions")
    Map<String, List<Shown>> list() {
        return Map.of(
                "subscriptions",
                outbox.standings(MOST).stream()
                        .map(one -> new Shown(
                                one.name(), one.waiting(), (long) one.lagSeconds(), one.aside(), one.failure()))
                        .toList());
    }

    /** @param after the id to go on from */
    @GetMapping("/api/subscriptions/{name}/aside")
    ResponseEntity<Object> aside(@PathVariable String name, @RequestParam(defaultValue = "0") String after) {
        Optional<Long> from = Ids.parse(after);
        if (from.isEmpty()) {
            return Ids.unknown();
        }
        List<ShownEvent> events = outbox.aside(name, from.get(), PAGE).stream()
                .map(one -> new ShownEvent(
                        String.valueOf(one.id()),
                        one.event().toString(),
                        String.valueOf(one.alertId()),
                        one.state(),
                        one.at(),
                        one.asideAt(),
                        one.failure()))
                .toList();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("aside", events);
        answer.put("next", events.size() < PAGE ? null : events.get(PAGE - 1).id());
        return ResponseEntity.ok(answer);
    }

    /** All that was put aside is sent again, each under the id that it had. */
    @PostMapping("/api/subscriptions/{name}/replay")
    Map<String, Integer> replay(
            @PathVariable String name, @RequestAttribute("org.tocsin.intake.http.HttpCaller") HttpCaller caller) {
        return Map.of("replayed", outbox.replay(name, caller.principal().name()));
    }
}
