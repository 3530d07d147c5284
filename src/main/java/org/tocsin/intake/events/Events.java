package org.tocsin.intake.events;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tocsin.intake.mapping.BadMappingFile;
import org.tocsin.intake.sensors.Sensors;

/** Which mapping the events of a source ask for; from {@code config/events.yaml}, read at the start. */
public final class Events {
    private final List<EventMapping> mappings;

    private Events(List<EventMapping> mappings) {
        this.mappings = mappings;
    }

    /**
     * @param sensors a source is in one of the two files, or its messages would mean two things; unless it has topics
     * @throws BadMappingFile with the sentence that names file, key and remedy
     */
    public static Events read(Path file, Sensors sensors) {
        List<EventMapping> mappings = EventFile.read(file);
        for (int i = 0; i < mappings.size(); i++) {
            if (mappings.get(i).topic() == null
                    && sensors.covers(mappings.get(i).source())) {
                throw new BadMappingFile(
                        file.toString(),
                        "events[" + i + "].source",
                        "is in " + sensors.file() + " too; give it a topic, or a source of its own");
            }
        }
        return new Events(mappings);
    }

    /** Whether a mapping is for this source, and this topic of it: its JSON is then never taken for CAP. */
    public boolean covers(String source, @Nullable String topic) {
        return mappings.stream().anyMatch(mapping -> mapping.isFor(source, topic));
    }

    /** In the order of the file. */
    List<EventMapping> of(String source, @Nullable String topic) {
        return mappings.stream().filter(mapping -> mapping.isFor(source, topic)).toList();
    }
}
