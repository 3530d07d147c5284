package org.tocsin.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The same figures for people, as a Markdown table, and for programs, as JSON. */
final class Report {
    private final Map<String, Object> about = new LinkedHashMap<>();
    private final List<Part> parts;

    Report(BenchSettings settings, Instant started, List<Part> parts) throws Exception {
        this.parts = parts;
        about.put("started", started.toString());
        about.put("command", settings.command());
        about.put("commit", commit());
        about.put("cpu", ProcFs.cpuModel());
        about.put("cores", Runtime.getRuntime().availableProcessors());
        about.put("memory MB", Math.round(ProcFs.memoryMegabytes()));
        about.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        about.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        about.put("hub JVM flags", String.join(" ", settings.hubJvm()));
    }

    private static String commit() throws IOException, InterruptedException {
        String commit = git("rev-parse", "--short=12", "HEAD");
        return git("status", "--porcelain", "--untracked-files=no").isEmpty() ? commit : commit + " with changes";
    }

    private static String git(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes()).strip();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? said : "unknown";
        } catch (IOException e) {
            return "unknown"; // without git
        }
    }

    String markdown() {
        StringBuilder out = new StringBuilder("\n# First figures\n\n");
        about.forEach((name, value) ->
                out.append("- ").append(name).append(": ").append(value).append('\n'));
        for (Part part : parts) {
            out.append("\n## ").append(part.name).append("\n\nload average before: ");
            out.append(Arrays.toString(part.loadBefore)).append("\n\n| figure | aim | value |\n|---|---|---:|\n");
            part.figures()
                    .forEach((name, value) ->
                            out.append(row(name, value, part.aims().get(name))));
            if (part.failure() != null) {
                out.append("\nFAILED: ").append(part.failure()).append('\n');
            }
        }
        return out.toString();
    }

    private static String row(String figure, Object value, Part.@Nullable Aim aim) {
        String shown = aim == null || aim.met() ? value.toString() : "**" + value + "**";
        return "| " + figure.replace("|", "\\|") + " | " + (aim == null ? "" : aim) + " | " + shown + " |\n";
    }

    void write(Path folder) throws IOException {
        ObjectNode root = Http.JSON.createObjectNode();
        root.set("about", Http.JSON.valueToTree(about));
        for (Part part : parts) {
            ObjectNode node = root.withArray("parts").addObject().put("name", part.name);
            node.set("load_before", Http.JSON.valueToTree(part.loadBefore));
            node.set("figures", Http.JSON.valueToTree(part.figures()));
            part.aims().forEach((figure, aim) -> node.withObjectProperty("aims")
                    .putObject(figure)
                    .put(aim.atLeast() ? "at least" : "at most", aim.bound())
                    .put("met", aim.met()));
            node.put("failure", part.failure());
        }
        Files.writeString(
                folder.resolve("first-figures.json"),
                Http.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root));
        Files.writeString(folder.resolve("first-figures.md"), markdown());
    }
}
