package org.tocsin.embedded;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.EnumerablePropertySource;

/**
 * Where the embedded servers are found: {@code spring.datasource.url} and the like, before all other configuration.
 * They start while Spring reads the rest; whoever asks for an address waits until that server runs, and learns why
 * when it does not.
 */
final class AddressesOfServers extends EnumerablePropertySource<Map<String, CompletableFuture<Map<String, Object>>>> {

    AddressesOfServers() {
        super("embedded servers", new LinkedHashMap<>());
    }

    /** @param found holds each of the keys when it is complete */
    void add(List<String> keys, CompletableFuture<Map<String, Object>> found) {
        keys.forEach(key -> source.put(key, found));
    }

    @Override
    public String[] getPropertyNames() {
        return source.keySet().toArray(String[]::new);
    }

    @Override
    public boolean containsProperty(String name) {
        return source.containsKey(name);
    }

    /** @throws StartRefused when the server could not be started */
    @Override
    public @Nullable Object getProperty(String name) {
        CompletableFuture<Map<String, Object>> found = source.get(name);
        if (found == null) {
            return null;
        }
        return joined(found).get(name);
    }

    /** @throws StartRefused as the server's start said it */
    static <T> T joined(CompletableFuture<T> started) {
        try {
            return started.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StartRefused refused) {
                throw refused;
            }
            throw e;
        }
    }
}
