package org.tocsin.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one provider got, oldest first. Thread-safe. It keeps the last {@code limit} entries; the counters go on
 * counting beyond that, and with limit 0 they are all there is.
 */
public final class Journal {
    private final int limit;
    private final Deque<Sent> entries = new ArrayDeque<>();
    private final Map<String, List<Sent>> byRecipient = new HashMap<>();
    private long attempts;
    private long accepted;
    private long onPhone;

    Journal(int limit) {
        this.limit = limit;
    }

    synchronized void record(Sent sent) {
        attempts++;
        accepted += sent.acceptedByProvider() ? 1 : 0;
        onPhone += sent.onPhone() ? 1 : 0;
        if (limit == 0) {
            return;
        }
        if (entries.size() == limit) {
            forget(entries.removeFirst());
        }
        entries.addLast(sent);
        byRecipient.computeIfAbsent(sent.to(), to -> new ArrayList<>(1)).add(sent);
    }

    private void forget(Sent oldest) {
        List<Sent> ofRecipient = byRecipient.get(oldest.to());
        ofRecipient.remove(0);
        if (ofRecipient.isEmpty()) {
            byRecipient.remove(oldest.to());
        }
    }

    /** Every attempt that is still kept, whether accepted or not. */
    public synchronized List<Sent> all() {
        return List.copyOf(entries);
    }

    /** Every attempt to one person; a phone number may be written in any way. */
    public synchronized List<Sent> messagesTo(String to) {
        return List.copyOf(byRecipient.getOrDefault(Addresses.key(to), List.of()));
    }

    /** What the person's phone shows. */
    public List<Sent> onPhoneOf(String to) {
        return messagesTo(to).stream().filter(Sent::onPhone).toList();
    }

    /** The newest accepted message to one person. */
    public Optional<Sent> last(String to) {
        return messagesTo(to).stream().filter(Sent::acceptedByProvider).reduce((older, newer) -> newer);
    }

    /** Looks among the messages to one person, because that is what every asker knows. */
    Optional<Sent> find(String to, @Nullable String providerId) {
        return providerId == null
                ? last(to)
                : messagesTo(to).stream()
                        .filter(sent -> providerId.equals(sent.providerId()))
                        .findFirst();
    }

    /** Messages whose content the provider read, accepted or not. */
    public synchronized long attempts() {
        return attempts;
    }

    public synchronized long accepted() {
        return accepted;
    }

    public synchronized long onPhone() {
        return onPhone;
    }

    public synchronized void clear() {
        entries.clear();
        byRecipient.clear();
        attempts = 0;
        accepted = 0;
        onPhone = 0;
    }
}
