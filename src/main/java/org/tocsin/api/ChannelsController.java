package org.tocsin.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.tocsin.delivery.ChannelSwitch;
import org.tocsin.delivery.ChannelSwitch.Standing;
import org.tocsin.delivery.ProviderProbe;
import org.tocsin.intake.http.HttpAnswer.Problems;
import org.tocsin.intake.http.HttpCaller;

/** How each channel stands; a person turns one off, with a reason, and on again. */
@RestController
class ChannelsController {
    private static final Pattern REASON = Pattern.compile("[^\\p{Cntrl}\\p{Zl}\\p{Zp}]{1,200}");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ChannelSwitch channels;
    private final List<ProviderProbe> probes;

    ChannelsController(ChannelSwitch channels, List<ProviderProbe> probes) {
        this.channels = channels;
        this.probes = probes;
    }

    @GetMapping("/api/channels")
    Map<String, Object> show() {
        List<Map<String, Object>> all = channels.all().stream().map(this::shown).toList();
        return Map.of("channels", all);
    }

    @PostMapping("/api/channels/{channel}/off")
    ResponseEntity<Object> off(
            @PathVariable String channel,
            @RequestAttribute("org.tocsin.intake.http.HttpCaller") HttpCaller caller,
            @RequestBody(required = false) byte @Nullable [] body) {
        String reason = reason(body);
        if (reason == null) {
            return ResponseEntity.unprocessableEntity()
                    .body(Problems.of("reason", "why, in 1 to 200 characters on one line: the duty group is told"));
        }
        return answer(channels.off(channel, reason, caller.principal().name()));
    }

    @PostMapping("/api/channels/{channel}/on")
    ResponseEntity<Object> on(
            @PathVariable String channel, @RequestAttribute("org.tocsin.intake.http.HttpCaller") HttpCaller caller) {
        return answer(channels.on(channel, caller.principal().name()));
    }

    private ResponseEntity<Object> answer(ChannelSwitch.Result result) {
        return switch (result) {
            case DONE -> ResponseEntity.ok(show());
            case NO_SUCH_CHANNEL -> ResponseEntity.status(404).body(Problems.of("channel", "one of GET /api/channels"));
            case LAST_ONE ->
                ResponseEntity.status(409)
                        .body(
                                Problems.of(
                                        "channel",
                                        "not the last one that is on: nobody could be told anything; turn another one on first"));
        };
    }

    private Map<String, Object> shown(Standing standing) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("channel", standing.channel());
        shown.put("state", standing.off() != null ? "off" : standing.broken() != null ? "broken" : "working");
        if (standing.broken() != null) {
            shown.put("brokenSince", standing.broken().since().toString());
            shown.put("brokenFor", standing.broken().reason());
        }
        if (standing.off() != null) {
            shown.put("offSince", standing.off().since().toString());
            shown.put("offBy", standing.off().by());
            shown.put("reason", standing.off().reason());
        }
        List<String> remarks = probes.stream()
                .filter(probe -> probe.channel().equals(standing.channel()))
                .flatMap(probe -> probe.remarks().stream())
                .toList();
        if (!remarks.isEmpty()) {
            shown.put("remarks", remarks);
        }
        return shown;
    }

    private static @Nullable String reason(byte @Nullable [] body) {
        try {
            JsonNode reason = body == null ? null : JSON.readTree(body).path("reason");
            String words =
                    reason == null || !reason.isTextual() ? "" : reason.asText().strip();
            return REASON.matcher(words).matches() ? words : null;
        } catch (IOException notJson) {
            return null;
        }
    }
}
