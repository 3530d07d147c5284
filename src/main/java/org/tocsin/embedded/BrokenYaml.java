package org.tocsin.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Finds the file of a YAML error, which Spring Boot's own exception does not name. */
final class BrokenYaml {
    private static final Pattern FILE = Pattern.compile("(?:file:)?([\\w./\\\\-]+\\.ya?ml)");
    private static final List<String> CANDIDATES =
            List.of("config/application.yaml", "config/application.yml", "application.yaml", "application.yml");

    private BrokenYaml() {}

    static String sentence(String file, MarkedYAMLException broken) {
        Mark mark = broken.getProblemMark();
        String line = mark == null ? "" : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
        return file + line + " is not YAML (" + broken.getProblem()
                + "): correct it; indentation and quotes are the usual causes";
    }

    static String fileOf(MarkedYAMLException broken, List<Throwable> chain) {
        for (Throwable t : chain) {
            Matcher named = FILE.matcher(String.valueOf(t.getMessage()));
            if (named.find()) {
                return named.group(1);
            }
        }
        return CANDIDATES.stream()
                .filter(file -> breaksAlike(Path.of(file), broken))
                .findFirst()
                .orElse("A configuration file");
    }

    private static boolean breaksAlike(Path file, MarkedYAMLException broken) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try {
            new Yaml(new SafeConstructor(new LoaderOptions()))
                    .loadAll(Files.readString(file))
                    .forEach(document -> {});
            return false;
        } catch (MarkedYAMLException e) {
            return String.valueOf(e.getProblem()).equals(String.valueOf(broken.getProblem()));
        } catch (IOException e) {
            return false;
        }
    }
}
