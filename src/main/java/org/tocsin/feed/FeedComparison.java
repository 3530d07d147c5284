package org.tocsin.feed;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tocsin.feed.FeedSettings.Feed;
import org.tocsin.feed.FeedSettings.Kind;

/**
 * What of a feed's entries is new, or has changed in substance, against what is known of it. Ids and dates that are made
 * anew at each build change nothing, and an entry that comes again after it was gone is not new.
 */
final class FeedComparison {
    private static final int MAX_KEY = 300;

    /**
     * What is kept of an entry.
     *
     * @param entryId what mappings see as {@code /id}; stays when the feed's own id changes
     * @param document as it was handed in last; null while that is still to be done
     * @param held it came with too many others
     * @param gone the feed does not show it now
     */
    record Known(String key, String entryId, @Nullable JsonNode document, boolean held, boolean gone) {}

    /** An entry to hand in; its document's id is that of {@code row}. */
    record Fresh(FeedEntry entry, Known row) {}

    /**
     * @param fresh in the order of the feed
     * @param silent rows to write without handing anything in
     * @param present keys of all rows that the feed shows now
     */
    record Result(List<Fresh> fresh, List<Known> silent, Set<String> present) {}

    private final Feed feed;
    private final boolean baseline;
    private final Map<String, Known> known;
    private final List<JsonPointer> substance;
    private final List<Fresh> fresh = new ArrayList<>();
    private final List<Known> silent = new ArrayList<>();
    private final Set<String> present = new LinkedHashSet<>();
    private final Set<String> appeared = new HashSet<>();

    private FeedComparison(Feed feed, boolean baseline, Map<String, Known> known) {
        this.feed = feed;
        this.baseline = baseline;
        this.known = known;
        this.substance =
                feed.substancePointers().stream().map(JsonPointer::compile).toList();
    }

    /** @param baseline the feed was never read before: nothing of it is news */
    static Result of(Feed feed, boolean baseline, Map<String, Known> known, List<FeedEntry> entries) {
        FeedComparison comparison = new FeedComparison(feed, baseline, known);
        Map<String, FeedEntry> byKey = byKey(feed, entries);
        Map<String, String> underOtherId = comparison.underOtherId(byKey);
        byKey.forEach((key, entry) -> comparison.add(key, entry, underOtherId.get(key)));
        return comparison.result();
    }

    /** All keys that rows of these entries may have. */
    static Set<String> keys(Feed feed, List<FeedEntry> entries) {
        Set<String> keys = new HashSet<>(byKey(feed, entries).keySet());
        entries.forEach(entry -> keys.addAll(entry.otherIds()));
        return keys;
    }

    private void add(String key, FeedEntry entry, @Nullable String formerKey) {
        Known row = row(key, entry);
        boolean renamed = row == null && formerKey != null;
        if (renamed) {
            row = known.get(formerKey);
        }
        String rowKey = row == null || renamed ? key : row.key();
        entry.document().put("id", row == null ? key : row.entryId());
        present.add(rowKey);
        // A hold is of how it came; what becomes of it afterwards is news of its own.
        boolean heldBefore = row != null && row.document() == null && row.held();
        Known now = new Known(rowKey, row == null ? key : row.entryId(), entry.document(), heldBefore, false);
        if (row != null && row.document() != null && substance(row.document()).equals(substance(entry.document()))) {
            if (renamed) {
                silent.add(now);
            }
        } else if (baseline) {
            silent.add(now);
        } else {
            if (row == null) {
                appeared.add(rowKey);
            }
            fresh.add(new Fresh(entry, now));
        }
    }

    private @Nullable Known row(String key, FeedEntry entry) {
        Known row = known.get(key);
        for (String other : entry.otherIds()) {
            row = row == null ? known.get(other) : row;
        }
        return row;
    }

    private Result result() {
        boolean held = appeared.size() > feed.holdAbove();
        List<Fresh> all = fresh.stream()
                .map(one -> {
                    Known row = one.row();
                    boolean hold = row.held() || held && appeared.contains(row.key());
                    return new Fresh(
                            one.entry(), new Known(row.key(), row.entryId(), row.document(), hold, row.gone()));
                })
                .toList();
        return new Result(all, silent, present);
    }

    private List<String> substance(JsonNode document) {
        return substance.stream().map(pointer -> words(document.at(pointer))).toList();
    }

    /** However it is indented; nothing where it is missing. */
    private static String words(JsonNode node) {
        String text = node.isMissingNode() || node.isNull() ? "" : node.isValueNode() ? node.asText() : node.toString();
        return text.strip().replaceAll("\\s+", " ");
    }

    /** In the feed's order; where several entries have one key, what they are called tells them apart. */
    private static Map<String, FeedEntry> byKey(Feed feed, List<FeedEntry> entries) {
        List<JsonPointer> pointers =
                feed.keyPointers().stream().map(JsonPointer::compile).toList();
        Map<String, Integer> times = new HashMap<>();
        List<String> keys = entries.stream().map(entry -> key(pointers, entry)).toList();
        keys.forEach(key -> times.merge(key, 1, Integer::sum));
        Map<String, FeedEntry> byKey = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            FeedEntry entry = entries.get(i);
            byKey.putIfAbsent(
                    times.get(key) == 1 ? key : key + "#" + sha256(named(entry)).substring(0, 16), entry);
        }
        return byKey;
    }

    private static String key(List<JsonPointer> pointers, FeedEntry entry) {
        List<String> parts =
                pointers.stream().map(p -> words(entry.document().at(p))).toList();
        String key = parts.stream().allMatch(String::isEmpty) ? "" : String.join("-", parts);
        if (key.isEmpty()) {
            String link = entry.text("link");
            key = link == null ? "text-" + sha256(named(entry)) : link;
        }
        return key.length() <= MAX_KEY ? key : "long-" + sha256(key);
    }

    private static String named(FeedEntry entry) {
        String title = entry.text("title");
        String named = title == null ? entry.text("summary") : title;
        return named == null ? entry.document().toString() : named.replaceAll("\\s+", " ");
    }

    /**
     * Entries whose id is new, while that of an entry with the same link has just vanished: the feed makes its ids anew.
     * Only from one build to the next, and only where each link is one entry's.
     */
    private Map<String, String> underOtherId(Map<String, FeedEntry> byKey) {
        Map<String, String> former = new HashMap<>();
        if (feed.kind() != Kind.RSS && feed.kind() != Kind.ATOM) {
            return former;
        }
        Map<String, Set<String>> vanished = new HashMap<>();
        for (Known row : known.values()) {
            String link =
                    row.document() == null ? "" : row.document().path("link").asText("");
            if (!row.gone() && !byKey.containsKey(row.key()) && !link.isEmpty()) {
                vanished.computeIfAbsent(link, l -> new TreeSet<>()).add(row.key());
            }
        }
        Map<String, Integer> links = new HashMap<>();
        byKey.values().forEach(entry -> links.merge(String.valueOf(entry.text("link")), 1, Integer::sum));
        byKey.forEach((key, entry) -> {
            String link = String.valueOf(entry.text("link"));
            Set<String> before = vanished.getOrDefault(link, Set.of());
            if (!known.containsKey(key) && before.size() == 1 && links.get(link) == 1) {
                former.put(key, before.iterator().next());
            }
        });
        return former;
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
