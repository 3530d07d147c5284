package org.tocsin.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How to run Tocsin: as the jar that people download, or from its classes with the libraries that are beside that jar. */
final class Program {
    static final Path JAR = Path.of("target", "tocsin.jar");

    private Program() {}

    static List<String> jar() {
        return List.of("-jar", JAR.toString());
    }

    /** As it is run in earnest. */
    static List<String> hub() {
        return Files.exists(JAR) ? jar() : classes();
    }

    static List<String> classes() {
        Set<String> libraries = Files.exists(JAR) ? librariesOfTheJar() : Set.of();
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes") && !entry.contains("surefire"))
                .filter(entry -> libraries.isEmpty()
                        || !entry.endsWith(".jar")
                        || libraries.contains(Path.of(entry).getFileName().toString()))
                .collect(Collectors.joining(File.pathSeparator));
        return List.of("-cp", classPath, "org.tocsin.Tocsin");
    }

    /** Of the tests' classes, such as the plain Camel route: the same libraries as the hub's. */
    static List<String> ofTheTests(Class<?> main) {
        List<String> hub = classes();
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        return List.of("-cp", classPath + File.pathSeparator + hub.get(1), main.getName());
    }

    private static Set<String> librariesOfTheJar() {
        try (Stream<Path> files = Files.list(JAR.resolveSibling("lib"))) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
