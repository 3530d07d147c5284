package org.tocsin.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one provider got, oldest first. Thread-safe. It keeps the last {@code limit} entries, packed (about 0.5 kB for a
 * template message); the counters go on counting beyond that, and with limit 0 they are all there is.
 */
public final class Journal {
    private static final int FIRST_CAPACITY = 1024;
    private static final int NONE = -1;

    private final int limit;

    /** A ring: entry number n is at {@code n % entries.length}; it doubles until it has the limit's size. */
    private byte[][] entries;

    /** Number of the entry before this one with the same {@link #bucket}, and the newest of each. */
    private long[] older;

    private long[] newest;
    private long first;
    private long next;
    private long attempts;
    private long accepted;
    private long onPhone;

    Journal(int limit) {
        this.limit = limit;
        clearEntries();
    }

    private void clearEntries() {
        int capacity = Math.min(limit, FIRST_CAPACITY);
        entries = new byte[capacity][];
        older = new long[capacity];
        newest = new long[capacity];
        Arrays.fill(newest, NONE);
        first = 0;
        next = 0;
    }

    synchronized void record(Sent sent) {
        attempts++;
        accepted += sent.acceptedByProvider() ? 1 : 0;
        onPhone += sent.onPhone() ? 1 : 0;
        if (limit == 0) {
            return;
        }
        if (next - first == entries.length && entries.length < limit) {
            grow();
        }
        if (next - first == entries.length) {
            first++;
        }
        put(sent.to(), PackedSent.pack(sent));
    }

    private void put(String to, byte[] entry) {
        int at = (int) (next % entries.length);
        int bucket = bucket(to);
        entries[at] = entry;
        older[at] = newest[bucket];
        newest[bucket] = next++;
    }

    private int bucket(String to) {
        return Math.floorMod(to.hashCode() * 0x9E3779B9, newest.length);
    }

    private void grow() {
        byte[][] kept = entries;
        long from = first;
        long to = next;
        int capacity = (int) Math.min(limit, 2L * kept.length);
        entries = new byte[capacity][];
        older = new long[capacity];
        newest = new long[capacity];
        Arrays.fill(newest, NONE);
        next = from;
        for (long n = from; n < to; n++) {
            byte[] entry = kept[(int) (n % kept.length)];
            put(PackedSent.recipient(entry), entry);
        }
    }

    private byte[] entry(long number) {
        return entries[(int) (number % entries.length)];
    }

    /** Every attempt that is still kept, whether accepted or not. */
    public synchronized List<Sent> all() {
        List<Sent> all = new ArrayList<>((int) (next - first));
        for (long n = first; n < next; n++) {
            all.add(PackedSent.unpack(entry(n)));
        }
        return all;
    }

    /**
     * The newest entries that match, oldest first.
     *
     * @param to of one person, written in any way; null: of all
     */
    synchronized List<Sent> find(@Nullable String to, Predicate<Sent> wanted, int most) {
        List<Sent> found = new ArrayList<>();
        String key = to == null ? null : Addresses.key(to);
        long n = key == null ? next - 1 : limit == 0 ? NONE : newest[bucket(key)];
        while (n >= first && found.size() < most) {
            Sent sent = PackedSent.unpack(entry(n));
            if ((key == null || key.equals(sent.to())) && wanted.test(sent)) {
                found.add(sent);
            }
            n = key == null ? n - 1 : older[(int) (n % entries.length)];
        }
        Collections.reverse(found);
        return found;
    }

    /** Every attempt to one person; a phone number may be written in any way. */
    public List<Sent> messagesTo(String to) {
        return find(to, sent -> true, Integer.MAX_VALUE);
    }

    /** What the person's phone shows. */
    public List<Sent> onPhoneOf(String to) {
        return find(to, Sent::onPhone, Integer.MAX_VALUE);
    }

    /** The newest accepted message to one person. */
    public Optional<Sent> last(String to) {
        return find(to, Sent::acceptedByProvider, 1).stream().findFirst();
    }

    /** Looks among the messages to one person, because that is what every asker knows. */
    Optional<Sent> find(String to, @Nullable String providerId) {
        return providerId == null
                ? last(to)
                : find(to, sent -> providerId.equals(sent.providerId()), 1).stream()
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
        clearEntries();
        attempts = 0;
        accepted = 0;
        onPhone = 0;
    }
}
