package org.tocsin.simulator;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a run, in one YAML file: {@code seed}, {@code settings} ({@link ScenarioSettings}), {@code people}
 * (faults that hold from the start) and {@code timeline} (what happens {@code at} which time; {@link Happening}). It is
 * checked as a whole before anything of it happens.
 */
public final class Scenario {
    private static final Set<String> MEMBERS = Set.of("seed", "settings", "people", "timeline");

    private static final ObjectMapper YAML = YAMLMapper.builder(new YAMLFactory())
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationReader()))
            .build();

    private final @Nullable Long seed;
    private final @Nullable ScenarioSettings settings;
    private final List<Happening> happenings;

    private Scenario(@Nullable Long seed, @Nullable ScenarioSettings settings, List<Happening> happenings) {
        this.seed = seed;
        this.settings = settings;
        this.happenings = happenings;
    }

    /** @throws IllegalArgumentException with the file and one sentence on what is wrong */
    public static Scenario load(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("the scenario " + file + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the scenario " + file + " is wrong: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException with one sentence on what is wrong, and where */
    public static Scenario parse(String yaml) {
        JsonNode root = tree(yaml);
        if (!root.isObject()) {
            throw new IllegalArgumentException("expected seed, settings, people and timeline");
        }
        known(root, MEMBERS, "the scenario");
        if (root.has("seed") && !root.get("seed").canConvertToLong()) {
            throw new IllegalArgumentException("seed is a whole number");
        }
        List<Happening> happenings = new ArrayList<>();
        int n = 0;
        for (JsonNode entry : list(root, "people")) {
            happenings.add(Happening.ofPeople(entry, "people, entry " + ++n));
        }
        n = 0;
        for (JsonNode entry : list(root, "timeline")) {
            happenings.add(Happening.of(entry, "timeline, entry " + ++n));
        }
        Long seed = root.has("seed") ? root.get("seed").asLong() : null;
        return new Scenario(seed, settings(root), happenings);
    }

    private static JsonNode tree(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new IllegalArgumentException(
                    "not YAML" + (at == null ? "" : " (line " + at.getLineNr() + ")") + ": " + firstLine(e), e);
        }
    }

    private static @Nullable ScenarioSettings settings(JsonNode root) {
        if (!root.hasNonNull("settings")) {
            return null;
        }
        try {
            return YAML.treeToValue(root.get("settings"), ScenarioSettings.class);
        } catch (UnrecognizedPropertyException e) {
            String known = new TreeSet<>(e.getKnownPropertyIds().stream()
                            .map(String::valueOf)
                            .toList())
                    .stream().collect(Collectors.joining(", "));
            throw new IllegalArgumentException(path(e) + " is not known here; known are " + known, e);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(path(e) + ": " + firstLine(e), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("settings: " + firstLine(e), e);
        }
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder("settings");
        e.getPath().forEach(step -> path.append('.')
                .append(step.getFieldName() == null ? step.getIndex() : step.getFieldName()));
        return path.toString();
    }

    private static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage()
                .lines()
                .filter(line -> !line.startsWith(" "))
                .limit(2)
                .collect(Collectors.joining(", "));
    }

    private static JsonNode list(JsonNode root, String member) {
        JsonNode list = root.path(member);
        if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
            throw new IllegalArgumentException(member + " is a list");
        }
        return list;
    }

    static void known(JsonNode node, Set<String> members, String where) {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!members.contains(name)) {
                throw new IllegalArgumentException(
                        where + ": '" + name + "' is not known here; known are " + new TreeSet<>(members));
            }
        }
    }

    /** What to start a simulator with. */
    public SimulatorSettings over(SimulatorSettings base) {
        SimulatorSettings seeded = seed == null ? base : base.withSeed(seed);
        return settings == null ? seeded : settings.over(seeded);
    }

    /** A simulator that keeps to it, from its start. */
    public static Simulator start(Scenario scenario, SimulatorSettings base) {
        Simulator simulator = Simulator.start(scenario.over(base));
        scenario.lifetimes(simulator);
        scenario.play(simulator);
        return simulator;
    }

    private void lifetimes(Simulator simulator) {
        if (settings != null && settings.templates() != null) {
            settings.templates().stream()
                    .filter(template -> template.ttl() != null)
                    .forEach(template ->
                            simulator.whatsApp().templates().ttl(template.name(), template.language(), template.ttl()));
        }
    }

    /**
     * For a simulator that runs: the timeline begins now.
     *
     * @throws IllegalArgumentException when it has a seed or settings that only a start can give
     */
    void playOn(Simulator simulator) {
        if (seed != null || settings != null && !settings.onlyRules()) {
            throw new IllegalArgumentException("a simulator that runs takes throughput, pair-limit, portfolio and"
                    + " pacing; the seed and all other settings belong to its start");
        }
        if (settings != null) {
            simulator.whatsApp().keep(settings.rules(simulator.settings().rules()));
        }
        play(simulator);
    }

    private void play(Simulator simulator) {
        for (Happening happening : happenings) {
            if (happening.at().isZero()) {
                happening.happen(simulator);
            } else {
                simulator.clock().later(happening.at(), () -> happening.happen(simulator));
            }
        }
    }

    private static final class DurationReader extends StdDeserializer<Duration> {
        DurationReader() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            try {
                return Durations.of(parser.getText());
            } catch (IllegalArgumentException e) {
                throw JsonMappingException.from(parser, e.getMessage(), e);
            }
        }
    }
}
