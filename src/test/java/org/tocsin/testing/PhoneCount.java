package org.tocsin.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.Journal;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.Simulator;
import org.tocsin.testing.Crowd.Member;

/**
 * What the providers got for a crowd: the oracle of the fault tests, which never asks the hub. An alert and the Cancel that
 * takes it back are counted each by itself.
 */
public final class PhoneCount {
    private final Map<Member, List<Sent>> alerts = new HashMap<>();
    private final Map<Member, List<Sent>> cancels = new HashMap<>();
    private final List<Sent> astray = new ArrayList<>();
    private final long takenByProviders;

    private PhoneCount(long takenByProviders) {
        this.takenByProviders = takenByProviders;
    }

    /** Of triggers that each concern one person. */
    public static PhoneCount of(Crowd crowd, Simulator simulator) {
        return of(crowd::toldOf, simulator);
    }

    /** The same where there are other messages too; those are left out. */
    public static PhoneCount ofOwn(Crowd crowd, Simulator simulator) {
        return of(sent -> crowd.toldOf(sent).isPresent() ? crowd.toldOf(sent) : null, simulator);
    }

    /** Of one alert to the whole crowd, which is known by a text of its own. What tells of anything else is left out. */
    public static PhoneCount ofAll(Crowd crowd, String marker, Simulator simulator) {
        return of(sent -> (sent.text() + sent.params()).contains(marker) ? crowd.owner(sent) : null, simulator);
    }

    private static PhoneCount of(Function<Sent, @Nullable Optional<Member>> told, Simulator simulator) {
        List<Journal> journals = List.of(
                simulator.whatsApp().journal(),
                simulator.smsc().journal(),
                simulator.mail().journal());
        PhoneCount count =
                new PhoneCount(journals.stream().mapToLong(Journal::accepted).sum());
        journals.forEach(journal -> journal.all().forEach(sent -> count.add(told.apply(sent), sent)));
        return count;
    }

    private void add(@Nullable Optional<Member> told, Sent sent) {
        if (told == null) {
            return;
        }
        if (told.isEmpty() || !told.get().address(sent.channel()).equals(sent.to())) {
            astray.add(sent);
        } else if (sent.acceptedByProvider()) {
            (isCancel(sent) ? cancels : alerts)
                    .computeIfAbsent(told.get(), m -> new ArrayList<>())
                    .add(sent);
        }
    }

    private static boolean isCancel(Sent sent) {
        return sent.kind().startsWith("template:tocsin_cancelled")
                || Stream.of(sent.text(), sent.params().getOrDefault("subject", ""))
                        .anyMatch(text -> text.startsWith("CANCELLED: "));
    }

    /** Messages that providers took, of alerts and of Cancels. */
    public int accepted() {
        return Stream.of(alerts, cancels)
                .flatMap(all -> all.values().stream())
                .mapToInt(List::size)
                .sum();
    }

    /** What all providers took from this hub, whomever and whatever it was for. */
    public long takenByProviders() {
        return takenByProviders;
    }

    /** People who have at least one message about their own alert. */
    public Set<Member> reached() {
        return alerts.keySet();
    }

    /** People who have at least one message that takes their alert back. */
    public Set<Member> toldOfCancel() {
        return cancels.keySet();
    }

    public Set<Member> lost(Collection<Member> acknowledged) {
        Set<Member> lost = new HashSet<>(acknowledged);
        lost.removeAll(alerts.keySet());
        return lost;
    }

    /**
     * Who was told of an alert after its end.
     *
     * @param ends when; without one it has none
     * @param underWay a call that was under way then may be read by the provider so much later; one for each person
     */
    public List<Member> toldTooLate(Map<Member, Instant> ends, Duration underWay) {
        return ends.keySet().stream()
                .filter(member -> {
                    Instant end = ends.get(member);
                    List<Instant> after = alerts.getOrDefault(member, List.of()).stream()
                            .map(Sent::at)
                            .filter(at -> at.isAfter(end))
                            .toList();
                    return after.size() > 1 || after.stream().anyMatch(at -> at.isAfter(end.plus(underWay)));
                })
                .toList();
    }

    /** Messages without a marker, or with that of another person's trigger. */
    public List<Sent> astray() {
        return astray;
    }

    /** Somebody who got the same more than once on one channel. */
    public record Repeat(Member member, String channel, int times) {}

    public List<Repeat> repeats() {
        List<Repeat> repeats = new ArrayList<>();
        for (Map<Member, List<Sent>> messages : List.of(alerts, cancels)) {
            messages.forEach((member, sent) -> sent.stream()
                    .collect(Collectors.groupingBy(Sent::channel, Collectors.summingInt(one -> 1)))
                    .forEach((channel, times) -> {
                        if (times > 1) {
                            repeats.add(new Repeat(member, channel, times));
                        }
                    }));
        }
        return repeats;
    }

    /** People who were told on more than one channel: the ladder went on though the first message had arrived. */
    public long onSeveralChannels() {
        return alerts.values().stream()
                .filter(sent -> sent.stream().map(Sent::channel).distinct().count() > 1)
                .count();
    }
}
