package org.tocsin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tocsin plan}: asks a hub that runs what it would make of an alert. The hub sends and keeps nothing. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description =
                "What a running hub would make of an alert: its state, how many people, by which channels, at what"
                        + " cost. Nothing is sent or kept.",
        footer = "Exit code: 0 it says so; 1 the hub does not answer, or refuses; 2 wrong usage.")
public final class PlanCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration CONNECT = Duration.ofSeconds(10);

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the alert: CAP as XML, or its words as JSON")
    private @Nullable Path file;

    @Option(
            names = "--hub",
            defaultValue = "${env:HUB_URL:-http://127.0.0.1:8080}",
            description = "address of the hub; default: the variable HUB_URL, else http://127.0.0.1:8080")
    private URI hub = URI.create("http://127.0.0.1:8080");

    @Option(
            names = "--key-file",
            description = "a file with an API key of the hub, role trigger or operator; default: the variable HUB_KEY")
    private @Nullable Path keyFile;

    @Option(names = "--timeout", defaultValue = "300", description = "seconds; a million people take some")
    private int timeoutSeconds = 300;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = commandLine().getOut();
        PrintWriter err = commandLine().getErr();
        byte[] alert = read(file, "FILE");
        HttpRequest request = request(alert, key());
        HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode body = JSON.readTree(answer.body());
            if (answer.statusCode() == 200 && body.path("alerts").isArray()) {
                new PlanTable(out).print(body);
                return 0;
            }
            err.println("The hub answered " + answer.statusCode() + ":");
            for (JsonNode problem : body.path("problems")) {
                err.println("  " + PlanTable.plain(problem.path("element").asText()) + ": expected "
                        + PlanTable.plain(problem.path("expected").asText()));
            }
        } catch (IOException e) {
            err.println("--hub: " + hub + " did not answer (" + e.getClass().getSimpleName()
                    + "): is it the address of a hub that runs?");
        }
        err.flush();
        return 1;
    }

    private HttpRequest request(byte[] alert, String key) {
        try {
            return HttpRequest.newBuilder(URI.create(hub.toString().replaceAll("/+$", "") + "/api/alerts/plan"))
                    .timeout(Duration.ofSeconds(timeoutSeconds))
                    .header("Authorization", "Bearer " + key)
                    .header("Content-Type", isXml(alert) ? "application/cap+xml" : "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(alert))
                    .build();
        } catch (IllegalArgumentException e) {
            throw usage("--hub: expected an address such as https://hub.example.org, a key that is printable, and a"
                    + " --timeout of a second or more");
        }
    }

    /** By its first character that is no blank and no byte order mark. */
    private static boolean isXml(byte[] alert) {
        for (byte b : alert) {
            if (b > ' ') {
                return b == '<';
            }
        }
        return false;
    }

    /** Never an argument: every user of the machine sees those. */
    private String key() {
        String key = keyFile == null
                ? System.getenv("HUB_KEY")
                : new String(read(keyFile, "--key-file"), StandardCharsets.UTF_8);
        if (key == null || key.isBlank()) {
            throw usage("a key of the hub is needed: set the variable HUB_KEY, or name a file with --key-file");
        }
        return key.strip();
    }

    private byte[] read(@Nullable Path path, String name) {
        try {
            return Files.readAllBytes(Objects.requireNonNull(path));
        } catch (IOException e) {
            throw usage(name + ": " + path + " cannot be read");
        }
    }

    private CommandLine.ParameterException usage(String sentence) {
        return new CommandLine.ParameterException(commandLine(), sentence);
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
