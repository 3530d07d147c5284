package org.tocsin.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A plain client of the Cloud API. */
final class Caller {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Simulator simulator;

    Caller(Simulator simulator) {
        this.simulator = simulator;
    }

    record Answer(int status, String body, boolean simulated) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError("not JSON", e);
            }
        }

        int code() {
            return json().path("error").path("code").asInt();
        }

        String wamid() {
            return json().path("messages").path(0).path("id").asText();
        }

        String messageStatus() {
            return json().path("messages").path(0).path("message_status").asText(null);
        }
    }

    static String template(String to, String callback) {
        return """
                {"messaging_product":"whatsapp","to":"%s","type":"template","biz_opaque_callback_data":"%s",
                 "template":{"name":"flood","language":{"code":"fr"},"components":[
                  {"type":"body","parameters":[{"type":"text","parameter_name":"river","text":"Rhône 100%% @ <3 😀"}]},
                  {"type":"button","sub_type":"quick_reply","index":"0","parameters":[
                   {"type":"payload","payload":"ANSWER:%s"}]}]}}""".formatted(to, callback, callback);
    }

    static String text(String to) {
        return """
                {"messaging_product":"whatsapp","to":"%s","type":"text","text":{"body":"x"}}""".formatted(to);
    }

    Answer send(String body) throws IOException, InterruptedException {
        return call("POST", "/v25.0/106540352242922/messages", "Bearer simulated-access-token", body);
    }

    Answer call(String method, String path, String bearer, String body) throws IOException, InterruptedException {
        return exchange(method, simulator.whatsApp().baseUrl() + path, bearer, body);
    }

    Answer control(String method, String path, String body) throws IOException, InterruptedException {
        return exchange(method, simulator.controlUrl() + path, null, body);
    }

    private Answer exchange(String method, String url, String bearer, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(2))
                .method(method, HttpRequest.BodyPublishers.ofString(body == null ? "" : body));
        if (bearer != null) {
            request.header("Authorization", bearer);
        }
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        boolean simulated = answer.headers().firstValue("X-Simulated").isPresent();
        return new Answer(answer.statusCode(), answer.body(), simulated);
    }
}
