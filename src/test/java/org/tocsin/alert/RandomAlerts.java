package org.tocsin.alert;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Alerts of every shape the rules allow; the same for the same seed. */
final class RandomAlerts {
    private static final int[] ALPHABET = " \n\t\r<>&\"',;:/=%${}[]()-_.#aBcZ09éßœ€ñçøж漢字ไع🌊🚒\u00a0\u2028\u0085\u007f"
            .codePoints()
            .toArray();
    private static final String NAME = "abcXYZ019.-_:@/#éж\"'>;=";

    private final Random random;

    RandomAlerts(long seed) {
        this.random = new Random(seed);
    }

    Alert alert() {
        MsgType msgType = oneOf(MsgType.values());
        boolean speaks = msgType == MsgType.Alert || msgType == MsgType.Update;
        return new Alert(
                name(),
                name(),
                time(),
                oneOf(Status.values()),
                msgType,
                maybe(this::text),
                oneOf(Scope.values()),
                maybe(this::text),
                some(0, this::word),
                some(0, this::text),
                maybe(this::text),
                some(msgType == MsgType.Cancel ? 1 : 0, () -> new Reference(name(), name(), time())),
                some(0, this::word),
                some(speaks ? 1 : 0, this::info));
    }

    private Info info() {
        return new Info(
                oneOf(new String[] {"en-US", "fr", "de-CH-1996", "x-klingon"}),
                some(1, () -> oneOf(Category.values())),
                text(),
                some(0, () -> oneOf(ResponseType.values())),
                oneOf(Urgency.values()),
                oneOf(Severity.values()),
                oneOf(Certainty.values()),
                maybe(this::text),
                some(0, this::value),
                maybe(this::time),
                maybe(this::time),
                maybe(this::time),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                some(0, this::value),
                some(0, this::resource),
                some(0, this::area));
    }

    private Resource resource() {
        return new Resource(
                text(),
                text(),
                maybe(() -> random.nextLong(1_000_000_000_000_000_000L)),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text));
    }

    private Area area() {
        return new Area(
                text(),
                some(0, this::polygon),
                some(0, () -> new Circle(position(), random.nextDouble() * 20_000)),
                some(0, this::value),
                maybe(() -> random.nextGaussian() * 1e6),
                maybe(() -> (double) random.nextInt(100_000)));
    }

    private Polygon polygon() {
        Position first = position();
        return new Polygon(List.of(first, position(), position(), first));
    }

    private Position position() {
        return new Position(random.nextDouble() * 180 - 90, random.nextDouble() * 360 - 180);
    }

    private Value value() {
        return new Value(text(), random.nextInt(4) == 0 ? "" : text());
    }

    private OffsetDateTime time() {
        ZoneOffset zone = ZoneOffset.ofTotalSeconds(60 * (random.nextInt(28 * 60 + 1) - 14 * 60));
        return Instant.ofEpochSecond(random.nextInt()).atOffset(zone);
    }

    private String text() {
        int length = 1 + random.nextInt(60);
        StringBuilder text = new StringBuilder();
        random.ints(length, 0, ALPHABET.length).forEach(i -> text.appendCodePoint(ALPHABET[i]));
        String stripped = CapText.strip(text.toString());
        return stripped.isEmpty() ? "x" : stripped;
    }

    private String word() {
        return text().replace("\"", "'");
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        random.ints(1 + random.nextInt(50), 0, NAME.length()).forEach(i -> name.append(NAME.charAt(i)));
        return name.toString();
    }

    private <T> T oneOf(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> @Nullable T maybe(Supplier<T> what) {
        return random.nextBoolean() ? what.get() : null;
    }

    private <T> List<T> some(int atLeast, Supplier<T> what) {
        return IntStream.range(0, atLeast + random.nextInt(3))
                .mapToObj(i -> what.get())
                .toList();
    }
}
