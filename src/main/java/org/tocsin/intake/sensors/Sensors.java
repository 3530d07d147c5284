package org.tocsin.intake.sensors;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which mapping a trigger's source and topic ask for; from {@code config/sensors.yaml}, read at the start. */
public final class Sensors {
    private final String file;
    private final List<SensorMapping> mappings;

    private Sensors(String file, List<SensorMapping> mappings) {
        this.file = file;
        this.mappings = mappings;
    }

    /** @throws org.tocsin.intake.mapping.BadMappingFile with the sentence that names file, key and remedy */
    public static Sensors read(Path file) {
        return new Sensors(file.toString(), SensorFile.read(file));
    }

    /** Whether any mapping is for this source: its JSON is then never taken for CAP. */
    public boolean covers(String source) {
        return mappings.stream().anyMatch(mapping -> mapping.source().equals(source));
    }

    /** Whether a mapping is for this very topic: other topics of the source may carry CAP. */
    public boolean covers(String source, @Nullable String topic) {
        return !find(source, topic).isEmpty();
    }

    /** The entries of the file that are for this source and topic, in its order. */
    List<SensorMapping> find(String source, @Nullable String topic) {
        return mappings.stream().filter(mapping -> mapping.isFor(source, topic)).toList();
    }

    public List<SensorMapping> all() {
        return mappings;
    }

    public String file() {
        return file;
    }
}
