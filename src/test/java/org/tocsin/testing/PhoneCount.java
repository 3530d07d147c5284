package org.tocsin.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tocsin.simulator.Journal;
import org.tocsin.simulator.Sent;
import org.tocsin.simulator.Simulator;
import org.tocsin.testing.Crowd.Member;

/** What the providers got for a crowd: the oracle of the fault tests, which never asks the hub. */
public final class PhoneCount {
    private final Map<Member, Map<String, Integer>> messages = new HashMap<>();
    private final List<Sent> astray = new ArrayList<>();
    private int accepted;

    private PhoneCount() {}

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
        PhoneCount count = new PhoneCount();
        Stream.of(
                        simulator.whatsApp().journal(),
                        simulator.smsc().journal(),
                        simulator.mail().journal())
                .map(Journal::all)
                .forEach(all -> all.forEach(sent -> count.add(told.apply(sent), sent)));
        return count;
    }

    private void add(@Nullable Optional<Member> told, Sent sent) {
        if (told == null) {
            return;
        }
        if (told.isEmpty() || !told.get().address(sent.channel()).equals(sent.to())) {
            astray.add(sent);
        } else if (sent.acceptedByProvider()) {
            accepted++;
            messages.computeIfAbsent(told.get(), m -> new HashMap<>()).merge(sent.channel(), 1, Integer::sum);
        }
    }

    /** Messages that providers took. */
    public int accepted() {
        return accepted;
    }

    /** People who have at least one message about their own trigger. */
    public Set<Member> reached() {
        return messages.keySet();
    }

    public Set<Member> lost(Collection<Member> acknowledged) {
        Set<Member> lost = new HashSet<>(acknowledged);
        lost.removeAll(messages.keySet());
        return lost;
    }

    /** Messages without a marker, or with that of another person's trigger. */
    public List<Sent> astray() {
        return astray;
    }

    /** Somebody who got the same more than once on one channel. */
    public record Repeat(Member member, String channel, int times) {}

    public List<Repeat> repeats() {
        List<Repeat> repeats = new ArrayList<>();
        messages.forEach((member, channels) -> channels.forEach((channel, times) -> {
            if (times > 1) {
                repeats.add(new Repeat(member, channel, times));
            }
        }));
        return repeats;
    }

    /** People who were told on more than one channel: the ladder went on though the first message had arrived. */
    public long onSeveralChannels() {
        return messages.values().stream()
                .filter(channels -> channels.size() > 1)
                .count();
    }
}
