package org.tocsin.alert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CAP 1.2 with its own words in JSON, UTF-8: an object per element, an array for what CAP lets repeat (one value alone is
 * taken too), {@code addresses}, {@code references} and {@code incidents} as an array of single words or as CAP's one
 * string. A number is taken where CAP has text. An unknown or repeated member is a violation: a misspelt
 * {@code addreses} must not decide silently who is alerted.
 *
 * <p>White space at both ends of a text is not kept.
 */
public final class CapJson {
    private static final JsonFactory JSON = factory(CapLimits.MAX_BYTES);
    private static final JsonFactory OWN = factory(Integer.MAX_VALUE);

    private final JsonParser json;
    private final int maxValues;
    private int values;

    private CapJson(JsonParser json, int maxValues) {
        this.json = json;
        this.maxValues = maxValues;
    }

    private static JsonFactory factory(int maxLength) {
        return new JsonFactoryBuilder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(CapLimits.MAX_JSON_DEPTH)
                        .maxDocumentLength(maxLength)
                        .maxStringLength(maxLength)
                        .maxNumberLength(1000)
                        .maxNameLength(1000)
                        .build())
                // The sender chooses the names: keep none of them beyond the document.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
    }

    /** @throws CapProblem with every violation found; for what is not JSON, or beyond a limit, with that one */
    public static Alert read(byte[] document) throws CapProblem {
        if (document.length > CapLimits.MAX_BYTES) {
            throw new CapProblem("alert", "at most %,d bytes".formatted(CapLimits.MAX_BYTES));
        }
        return CapRules.alert(parse(JSON, decoded(document), CapLimits.MAX_ELEMENTS));
    }

    /** On one line, members in CAP's order, so that equal alerts give equal bytes. */
    public static byte[] write(Alert alert) {
        return JsonSink.document(JSON, out -> CapOrder.alert(alert, out));
    }

    /**
     * Reads what {@link #write} wrote, from a store of our own, however large: an alert within the limits can be beyond
     * them in another form (escapes; a string of addresses that becomes an array), and must not be lost for that.
     *
     * @throws IllegalStateException if these bytes were never written so
     */
    public static Alert restore(byte[] written) {
        try {
            return CapRules.alert(parse(OWN, decoded(written), Integer.MAX_VALUE));
        } catch (CapProblem e) {
            // Without the problem's own sentences, which may quote the alert.
            throw new IllegalStateException("stored alert is not readable: "
                    + e.violations().stream().map(CapProblem.Violation::element).toList());
        }
    }

    private static String decoded(byte[] document) throws CapProblem {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder() // one that reports malformed bytes
                    .decode(ByteBuffer.wrap(document))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new CapProblem("alert", "text in UTF-8");
        }
    }

    private static RawNode.Group parse(JsonFactory factory, String text, int maxValues) throws CapProblem {
        try (JsonParser parser = factory.createParser(text)) {
            parser.nextToken();
            RawNode root = new CapJson(parser, maxValues).value(false);
            if (root instanceof RawNode.Group group && parser.nextToken() == null) {
                return group;
            }
            throw new CapProblem("alert", "one JSON object, and nothing after it");
        } catch (StreamConstraintsException e) {
            throw new CapProblem(
                    "alert",
                    "JSON nested at most %d deep, names and numbers of at most 1,000 characters"
                            .formatted(CapLimits.MAX_JSON_DEPTH));
        } catch (JsonProcessingException e) {
            throw notJson(e.getLocation());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string in memory: cannot be
        }
    }

    private static CapProblem notJson(@Nullable JsonLocation at) {
        // Not the parser's message: it quotes the document.
        String where = at == null
                ? ""
                : " (reading stopped at line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
        return new CapProblem("alert", "well-formed JSON" + where);
    }

    /** The value at the current token, which is its last afterwards. */
    private RawNode value(boolean item) throws IOException, CapProblem {
        if (++values > maxValues) {
            throw new CapProblem("alert", "at most %,d values".formatted(maxValues));
        }
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return object();
        }
        if (token == JsonToken.START_ARRAY) {
            list();
            return new RawNode.Wrong("a value, not an array within an array");
        }
        if (token == null || token == JsonToken.VALUE_NULL) {
            return new RawNode.Wrong("a value, not null");
        }
        return new RawNode.Text(json.getText(), item);
    }

    private RawNode.Group object() throws IOException, CapProblem {
        Map<String, List<RawNode>> members = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            List<RawNode> nodes = new ArrayList<>();
            if (token == JsonToken.START_ARRAY) {
                nodes.addAll(list());
            } else if (token != JsonToken.VALUE_NULL) { // a member that is null is absent
                nodes.add(value(false));
            }
            List<RawNode> earlier = members.putIfAbsent(name, nodes);
            if (earlier != null) {
                earlier.add(new RawNode.Wrong("this member once only"));
            }
        }
        return new RawNode.Group(members, "");
    }

    private List<RawNode> list() throws IOException, CapProblem {
        List<RawNode> items = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(true));
        }
        return items;
    }
}
