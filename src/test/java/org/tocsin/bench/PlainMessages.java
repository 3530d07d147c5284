package org.tocsin.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** The two steps of the plain Camel route that are not Camel's: whom to tell, and what to post. */
public final class PlainMessages {
    private final List<Person> people;

    private record Person(String id, String language, String phone) {}

    private PlainMessages(List<Person> people) {
        this.people = people;
    }

    /** @param contacts as {@link People} writes them: no cell is quoted */
    static PlainMessages to(Path contacts) throws IOException {
        return new PlainMessages(Files.readAllLines(contacts).stream()
                .skip(1)
                .map(line -> line.split(","))
                .map(cells -> new Person(cells[0], cells[2], cells[3]))
                .toList());
    }

    /**
     * One message a person, with all that it takes to write to that person.
     *
     * @param trigger JSON: {@code id}, {@code headline}, {@code instruction}
     */
    public Iterator<String> eachPerson(String trigger) throws JsonProcessingException {
        JsonNode alert = Http.JSON.readTree(trigger);
        return people.stream().map(person -> order(alert, person)).iterator();
    }

    private static String order(JsonNode alert, Person person) {
        return Http.JSON
                .createObjectNode()
                .put("key", alert.path("id").asText() + "." + person.id)
                .put("to", person.phone)
                .put("language", person.language)
                .put("headline", alert.path("headline").asText())
                .put("instruction", alert.path("instruction").asText())
                .toString();
    }

    public String keyOf(String order) throws JsonProcessingException {
        return Http.JSON.readTree(order).path("key").asText();
    }

    /** The body that the hub posts for the same alert: template {@code tocsin_flood}. */
    public byte[] toWhatsApp(String order) throws JsonProcessingException {
        JsonNode person = Http.JSON.readTree(order);
        String key = person.path("key").asText();
        ObjectNode message = Http.JSON
                .createObjectNode()
                .put("messaging_product", "whatsapp")
                .put("recipient_type", "individual")
                .put("to", person.path("to").asText())
                .put("type", "template");
        ObjectNode template = message.putObject("template").put("name", "tocsin_flood");
        template.putObject("language").put("code", person.path("language").asText());
        ArrayNode components = template.putArray("components");
        parameters(components.addObject().put("type", "body"))
                .add(text("severity", "SEVERE"))
                .add(text("headline", person.path("headline").asText()))
                .add(text("instruction", person.path("instruction").asText()))
                .add(text("area", "your area"))
                .add(text("description", "-"))
                .add(text("source", "tests@example.org"))
                .add(text("time", "25 Nov 2026 12:00"))
                .add(text("code", "PL-4711"));
        for (int index = 0; index < 2; index++) {
            ObjectNode button = components.addObject().put("type", "button").put("sub_type", "quick_reply");
            parameters(button.put("index", Integer.toString(index)))
                    .addObject()
                    .put("type", "payload")
                    .put("payload", (index == 0 ? "SAFE:" : "NEED_HELP:") + key);
        }
        return Http.JSON.writeValueAsBytes(message.put("biz_opaque_callback_data", key));
    }

    private static ArrayNode parameters(ObjectNode component) {
        return component.putArray("parameters");
    }

    private static ObjectNode text(String name, String value) {
        return Http.JSON
                .createObjectNode()
                .put("type", "text")
                .put("parameter_name", name)
                .put("text", value);
    }
}
