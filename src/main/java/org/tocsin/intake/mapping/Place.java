package org.tocsin.intake.mapping;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;

/**
 * Where a value stands: JSON pointers (RFC 6901), the first that finds something counts. A pointer is read in the event;
 * one that begins with {@code root:}, in the whole document that the event was taken out of.
 *
 * @param written as it stands in the configuration, for complaints
 */
public record Place(String written, List<Pointer> pointers) {
    private static final String ROOT = "root:";

    record Pointer(boolean root, JsonPointer pointer) {}

    /** @throws IllegalArgumentException for what is no pointer */
    public static Place of(List<String> texts) {
        List<Pointer> pointers = texts.stream().map(Place::pointer).toList();
        return new Place(String.join(", ", texts), pointers);
    }

    public static Place of(String text) {
        return of(List.of(text));
    }

    static boolean isPointer(String text) {
        return text.startsWith("/") || text.startsWith(ROOT + "/");
    }

    private static Pointer pointer(String text) {
        boolean root = text.startsWith(ROOT);
        String pointer = root ? text.substring(ROOT.length()) : text;
        if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException("expected a JSON pointer such as /labels/severity");
        }
        return new Pointer(root, JsonPointer.compile(pointer));
    }

    /** Missing where none of them finds anything but null or an empty text, as many tools write what they do not know. */
    public JsonNode in(JsonNode root, JsonNode event) {
        for (Pointer pointer : pointers) {
            JsonNode node = (pointer.root() ? root : event).at(pointer.pointer());
            boolean blank = node.isTextual() && node.asText().isBlank();
            if (!node.isMissingNode() && !node.isNull() && !blank) {
                return node;
            }
        }
        return MissingNode.getInstance();
    }
}
