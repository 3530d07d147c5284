package org.tocsin.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each {@code *FuzzTest} for a second, in this process and without Jazzer: its kept inputs as they are, and then changed at
 * random. What Jazzer finds by looking at the code takes a process each, and is for {@code mvn -Pfuzz verify}.
 */
class MutatedInputsTest {
    private static final Path CLASSES = Path.of("target/test-classes");
    private static final Path INPUTS = Path.of("src/test/resources");
    private static final long NANOS = 1_000_000_000L;
    private static final int LONGEST = 1 << 16;
    private static final byte[] ODD = {
        0, 1, -1, 127, -128, '<', '>', '&', '"', '\'', '{', '}', '[', ',', ':', '\n', '\r', '%'
    };

    static List<Class<?>> fuzzTests() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            List<Class<?>> found = files.map(file -> CLASSES.relativize(file).toString())
                    .filter(name -> name.endsWith("FuzzTest.class"))
                    .map(name -> name.replace('/', '.').replaceAll("\\.class$", ""))
                    .sorted()
                    .<Class<?>>map(MutatedInputsTest::named)
                    .toList();
            assertThat(found).hasSizeGreaterThanOrEqualTo(8);
            return found;
        }
    }

    private static Class<?> named(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("fuzzTests")
    void whatIsNearlyRightIsReadOrRefused(Class<?> test) throws Exception {
        Method method = Arrays.stream(test.getDeclaredMethods())
                .filter(m -> m.isAnnotationPresent(FuzzTest.class))
                .findFirst()
                .orElseThrow();
        method.setAccessible(true);
        Constructor<?> constructor = test.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object instance = constructor.newInstance();
        List<byte[]> seeds = seeds(test, method);
        for (byte[] seed : seeds) {
            call(method, instance, seed);
        }
        Random random = new Random();
        long until = System.nanoTime() + NANOS;
        while (System.nanoTime() < until) {
            call(method, instance, mutated(seeds, random));
        }
    }

    private static List<byte[]> seeds(Class<?> test, Method method) throws IOException {
        Path folder =
                INPUTS.resolve(test.getName().replace('.', '/') + "Inputs").resolve(method.getName());
        try (Stream<Path> files = Files.list(folder)) {
            List<byte[]> seeds = files.sorted().map(MutatedInputsTest::bytes).toList();
            assertThat(seeds).as("what is nearly right, for %s", folder).isNotEmpty();
            return seeds;
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void call(Method method, Object instance, byte[] input) throws Exception {
        try {
            method.invoke(instance, (Object) input.clone());
        } catch (InvocationTargetException e) {
            String name = method.getDeclaringClass().getSimpleName();
            Path kept = Files.write(Path.of("target", name + "-finding-" + Arrays.hashCode(input)), input);
            throw new AssertionError(
                    "keep " + kept + " among the inputs of "
                            + method.getDeclaringClass().getName(),
                    e.getCause());
        }
    }

    private static byte[] mutated(List<byte[]> seeds, Random random) {
        byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
        for (int times = 1 + random.nextInt(6); times > 0; times--) {
            input = switch (random.nextInt(5)) {
                case 0 -> set(input, random, (byte) random.nextInt(256));
                case 1 -> set(input, random, ODD[random.nextInt(ODD.length)]);
                case 2 -> without(input, random);
                case 3 -> with(input, random, part(input, random));
                default -> with(input, random, part(seeds.get(random.nextInt(seeds.size())), random));
            };
        }
        return input;
    }

    private static byte[] set(byte[] input, Random random, byte value) {
        if (input.length > 0) {
            input[random.nextInt(input.length)] = value;
        }
        return input;
    }

    private static byte[] part(byte[] of, Random random) {
        int from = random.nextInt(of.length + 1);
        return Arrays.copyOfRange(of, from, Math.min(of.length, from + random.nextInt(64)));
    }

    private static byte[] without(byte[] input, Random random) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + random.nextInt(32));
        byte[] shorter = Arrays.copyOf(input, input.length - (to - from));
        System.arraycopy(input, to, shorter, from, input.length - to);
        return shorter;
    }

    private static byte[] with(byte[] input, Random random, byte[] more) {
        if (input.length + more.length > LONGEST) {
            return input;
        }
        int at = random.nextInt(input.length + 1);
        byte[] longer = new byte[input.length + more.length];
        System.arraycopy(input, 0, longer, 0, at);
        System.arraycopy(more, 0, longer, at, more.length);
        System.arraycopy(input, at, longer, at + more.length, input.length - at);
        return longer;
    }
}
