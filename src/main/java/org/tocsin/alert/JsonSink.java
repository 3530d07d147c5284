package org.tocsin.alert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes one line of UTF-8 JSON: what CAP lets repeat is always an array, what is absent is left out. */
final class JsonSink implements CapSink {
    private final JsonGenerator out;

    private JsonSink(JsonGenerator out) {
        this.out = out;
    }

    static byte[] document(JsonFactory factory, Consumer<CapSink> body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
        try (JsonGenerator generator = factory.createGenerator(bytes)) {
            generator.writeStartObject();
            body.accept(new JsonSink(generator));
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // bytes in memory: cannot be
        }
        return bytes.toByteArray();
    }

    @Override
    public void text(String name, @Nullable String text) {
        if (text != null && !CapText.strip(text).isEmpty()) {
            present(name, text);
        }
    }

    @Override
    public void present(String name, String text) {
        attempt(() -> out.writeStringField(name, clean(text)));
    }

    @Override
    public void number(String name, @Nullable String number) {
        if (number != null) {
            attempt(() -> out.writeNumberField(name, new BigDecimal(number)));
        }
    }

    @Override
    public void texts(String name, List<String> texts) {
        words(name, texts.stream().filter(t -> !CapText.strip(t).isEmpty()).toList());
    }

    @Override
    public void words(String name, List<String> words) {
        if (!words.isEmpty()) {
            attempt(() -> {
                out.writeArrayFieldStart(name);
                for (String word : words) {
                    out.writeString(clean(word));
                }
                out.writeEndArray();
            });
        }
    }

    @Override
    public <T> void groups(String name, List<T> items, Consumer<T> body) {
        if (!items.isEmpty()) {
            attempt(() -> {
                out.writeArrayFieldStart(name);
                for (T item : items) {
                    out.writeStartObject();
                    body.accept(item);
                    out.writeEndObject();
                }
                out.writeEndArray();
            });
        }
    }

    private static String clean(String text) {
        return CapText.sound(CapText.strip(text));
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void attempt(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
