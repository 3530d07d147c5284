package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SenderChoiceTest {
    private static final int PEOPLE = 10_000;

    @Test
    void peopleAreSharedOutByTheRatesAndKeepTheirSender() {
        Map<Long, String> first = all(choice(Map.of(), sender("1", 1_000), sender("2", 80)));
        assertThat(count(first, "2")).isBetween(PEOPLE * 6L / 100, PEOPLE * 9L / 100);
        assertThat(all(choice(Map.of(), sender("2", 80), sender("1", 1_000)))).isEqualTo(first);
    }

    @Test
    void aFurtherSenderTakesOnlyItsShare() {
        Map<Long, String> before = all(choice(Map.of(), sender("1", 80), sender("2", 80)));
        Map<Long, String> after = all(choice(Map.of(), sender("1", 80), sender("2", 80), sender("3", 80)));
        assertThat(count(after, "3")).isBetween(PEOPLE * 30L / 100, PEOPLE * 36L / 100);
        assertThat(before.keySet())
                .allMatch(p -> after.get(p).equals("3") || after.get(p).equals(before.get(p)));
    }

    @Test
    void whoseSenderIsBrokenGoesByAnotherAndComesBack() {
        Map<Long, String> sound = all(choice(Map.of(), sender("1", 80), sender("2", 80)));
        Map<Long, String> broken = all(choice(Map.of(), sender("2", 80)));
        assertThat(broken.values()).containsOnly("2");
        assertThat(all(choice(Map.of(), sender("1", 80), sender("2", 80)))).isEqualTo(sound);
    }

    @Test
    void aSenderWithoutRoomIsPassedOver() {
        SenderChoice choice = new SenderChoice(
                List.of(new SenderLimits("1", 3, 80, 0), new SenderLimits("2", PEOPLE, 80, 0)), Map.of());
        assertThat(count(people(p -> choice.of(p, p)), "1")).isEqualTo(3);
    }

    @Test
    void whatASenderWasRefusedGoesByAnother() {
        Map<Long, Set<String>> refused = Map.of(5L, Set.of("1"), 6L, Set.of("2"), 7L, Set.of("1", "2"));
        SenderChoice choice = choice(refused, sender("1", 80), sender("2", 80));
        assertThat(choice.of(1, 5)).isEqualTo("2");
        assertThat(choice.of(1, 6)).isEqualTo("1");
        assertThat(choice.of(1, 7)).isIn("1", "2");
    }

    private static SenderLimits sender(String name, double perSecond) {
        return new SenderLimits(name, PEOPLE, perSecond, 0);
    }

    private static SenderChoice choice(Map<Long, Set<String>> refused, SenderLimits... senders) {
        return new SenderChoice(Stream.of(senders).toList(), refused);
    }

    private static Map<Long, String> all(SenderChoice choice) {
        return people(p -> choice.of(p, p));
    }

    private static Map<Long, String> people(LongFunction<String> sender) {
        return LongStream.rangeClosed(1, PEOPLE).boxed().collect(Collectors.toMap(p -> p, sender::apply));
    }

    private static long count(Map<Long, String> senders, String name) {
        return senders.values().stream().filter(name::equals).count();
    }
}
