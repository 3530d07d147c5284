package org.tocsin.delivery;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Urgency;

/** {@code config/delivery-plan.yaml}: per severity and urgency the ladder. Read once, checked as a whole. */
public final class PlanFile implements DeliveryPlan {
    private static final ObjectMapper JSON = LedgerJson.MAPPER;

    private final List<Row> rows;
    private final Map<String, Ladder> ladders;

    private PlanFile(List<Row> rows, Map<String, Ladder> ladders) {
        this.rows = rows;
        this.ladders = ladders;
    }

    /** What is wrong with the file, in a sentence that names file and key. */
    public static final class PlanProblem extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PlanProblem(String sentence) {
            super(sentence, null, false, false);
        }
    }

    record Row(
            @Nullable List<String> event,
            @Nullable List<Severity> severity,
            @Nullable List<Urgency> urgency,
            String ladder) {
        boolean fits(@Nullable String e, Severity s, Urgency u) {
            return (event == null || event.contains(e))
                    && (severity == null || severity.contains(s))
                    && (urgency == null || urgency.contains(u));
        }
    }

    record Document(
            @JsonProperty("grace-after-unknown") @Nullable String graceAfterUnknown,
            @JsonProperty("unreachable-retries") @Nullable Integer unreachableRetries,
            @JsonProperty("retry-delay") @Nullable String retryDelay,
            @JsonProperty("throttled-retries") @Nullable Integer throttledRetries,
            @Nullable Map<String, List<RungRow>> ladders,
            @Nullable List<Row> plan) {}

    record RungRow(
            @Nullable List<String> channels,
            @JsonProperty("delivered-within") @Nullable String deliveredWithin,
            @JsonProperty("read-within") @Nullable String readWithin,
            @JsonProperty("acknowledged-within") @Nullable String acknowledgedWithin) {}

    public static PlanFile load(Path file) {
        if (!Files.isReadable(file)) {
            throw new PlanProblem(file + ": the file is missing or cannot be read; copy it from the distribution");
        }
        try {
            YAMLMapper yaml = YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();
            Document document = yaml.readValue(Files.readAllBytes(file), Document.class);
            return new PlanReader(file).read(document);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new PlanProblem(file + (at == null ? "" : ", line " + at.getLineNr()) + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse("unreadable YAML"));
        } catch (IOException e) {
            throw new PlanProblem(file + ": cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /** All channels that some ladder uses: each needs its credentials and its route. */
    public Set<String> channels() {
        return ladders.values().stream()
                .flatMap(l -> l.rungs().stream())
                .flatMap(r -> r.channels().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    public Ladder ladder(@Nullable String event, Severity severity, Urgency urgency) {
        return rows.stream()
                .filter(row -> row.fits(event, severity, urgency))
                .findFirst()
                .map(row -> ladders.get(row.ladder()))
                .orElseThrow();
    }

    @Override
    public String ladderJson(Alert alert) {
        try {
            return JSON.writeValueAsString(ladder(alert.event(), alert.severity(), alert.urgency()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Turns the document into ladders, or into a sentence. */
    private record PlanReader(Path file) {
        PlanFile read(@Nullable Document document) {
            if (document == null || document.ladders() == null || document.plan() == null) {
                throw new PlanProblem(file + ": needs the keys ladders and plan");
            }
            Map<String, Ladder> ladders = document.ladders().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> ladder(e.getKey(), e.getValue(), document)));
            int n = 0;
            for (Row row : document.plan()) {
                if (row.ladder() == null || !ladders.containsKey(row.ladder())) {
                    throw new PlanProblem(file + ": plan[" + n + "].ladder: " + row.ladder()
                            + " is no ladder of this file: name one of " + ladders.keySet());
                }
                n++;
            }
            Row last = document.plan().isEmpty() ? null : document.plan().get(n - 1);
            if (last == null || last.event() != null || last.severity() != null || last.urgency() != null) {
                throw new PlanProblem(
                        file + ": plan: the last row must name only a ladder, for all that fits no other row");
            }
            return new PlanFile(document.plan(), ladders);
        }

        private Ladder ladder(String name, List<RungRow> rows, Document document) {
            String at = "ladders." + name;
            if (rows == null
                    || rows.stream()
                            .anyMatch(r -> r.channels() == null || r.channels().isEmpty())) {
                throw new PlanProblem(file + ": " + at + ": each rung needs channels, a list of names");
            }
            Set<String> channels = rows.stream()
                    .flatMap(r -> r.channels().stream())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            if (channels.size() < 2) {
                throw new PlanProblem(file + ": " + at + ": has the single channel " + channels
                        + "; a ladder needs a second, independent one, since any one can fail");
            }
            List<Ladder.Rung> rungs = new java.util.ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                RungRow row = rows.get(i);
                String where = at + "[" + i + "].";
                if (row.deliveredWithin() == null && i < rows.size() - 1) {
                    throw new PlanProblem(
                            file + ": " + where + "delivered-within: missing; only the last rung may do without");
                }
                rungs.add(new Ladder.Rung(
                        row.channels(),
                        duration(where + "delivered-within", row.deliveredWithin()),
                        duration(where + "read-within", row.readWithin()),
                        duration(where + "acknowledged-within", row.acknowledgedWithin())));
            }
            Duration grace = duration("grace-after-unknown", document.graceAfterUnknown());
            Duration delay = duration("retry-delay", document.retryDelay());
            return new Ladder(
                    name,
                    rungs,
                    grace == null ? Duration.ofSeconds(10) : grace,
                    document.unreachableRetries() == null ? 1 : document.unreachableRetries(),
                    delay == null ? Duration.ofSeconds(2) : delay,
                    document.throttledRetries() == null ? 5 : document.throttledRetries());
        }

        private @Nullable Duration duration(String key, @Nullable String text) {
            if (text == null) {
                return null;
            }
            try {
                Duration duration = DurationStyle.detectAndParse(text);
                // A number alone would be taken as milliseconds: everybody on the next rung at once.
                if (text.matches("[0-9]+") || duration.isNegative() || duration.isZero()) {
                    throw new IllegalArgumentException();
                }
                return duration;
            } catch (IllegalArgumentException e) {
                throw new PlanProblem(file + ": " + key + ": expected a time such as 90s, 5m or 2h");
            }
        }
    }
}
