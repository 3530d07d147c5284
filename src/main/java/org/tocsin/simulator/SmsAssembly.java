package org.tocsin.simulator;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.SimulatorSettings.Sms.Alphabet;

/** Puts long messages together, as a phone does: what lacks a part is never shown. */
final class SmsAssembly {
    /** Messages that wait for a part; the oldest are forgotten beyond this. */
    private static final int MOST_INCOMPLETE = 10_000;

    private final Journal journal;
    private final Alphabet alphabet;
    private final Map<Key, TreeMap<Integer, Accepted>> incomplete = new LinkedHashMap<>();

    private final Timeline clock;

    private record Key(String source, String to, int reference, int total) {}

    private record Accepted(
            SmsPart part,
            String messageId,
            boolean onPhone,
            @Nullable String fault) {}

    SmsAssembly(Journal journal, SimulatorSettings settings, Timeline clock) {
        this.clock = clock;
        this.journal = journal;
        this.alphabet = settings.sms().defaultAlphabet();
    }

    synchronized void accepted(SmsPart part, String messageId, boolean onPhone, @Nullable String fault) {
        Accepted accepted = new Accepted(part, messageId, onPhone, fault);
        if (part.total() == 1) {
            record(List.of(accepted), true);
            return;
        }
        Key key = new Key(part.source(), part.to(), part.reference(), part.total());
        TreeMap<Integer, Accepted> parts = incomplete.computeIfAbsent(key, k -> new TreeMap<>());
        parts.put(part.number(), accepted);
        if (parts.size() == part.total()) {
            incomplete.remove(key);
            record(List.copyOf(parts.values()), true);
        } else if (incomplete.size() > MOST_INCOMPLETE) {
            incomplete.remove(incomplete.keySet().iterator().next());
        }
    }

    synchronized void refused(SmsPart part, String fault) {
        record(List.of(new Accepted(part, "", false, fault)), false);
    }

    synchronized int incomplete() {
        return incomplete.size();
    }

    synchronized void clear() {
        incomplete.clear();
    }

    private void record(List<Accepted> parts, boolean accepted) {
        SmsPart first = parts.get(0).part();
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        parts.forEach(each -> octets.writeBytes(each.part().octets()));
        Map<String, String> params = Map.of(
                "source", first.source(),
                "parts", Integer.toString(accepted ? first.total() : 1),
                "validity_period", first.validityPeriod(),
                "ids", String.join(" ", parts.stream().map(Accepted::messageId).toList()));
        journal.record(new Sent(
                "sms",
                null,
                first.to(),
                "sms",
                accepted ? parts.get(0).messageId() : null,
                null,
                SmsPart.text(octets.toByteArray(), first.dataCoding(), alphabet),
                params,
                List.of(),
                clock.now(),
                accepted,
                accepted && parts.stream().allMatch(Accepted::onPhone),
                parts.stream()
                        .map(Accepted::fault)
                        .filter(f -> f != null)
                        .findFirst()
                        .orElse(null)));
    }
}
