package org.tocsin.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/** How to run Tocsin: as the jar that people download, or from its classes with the libraries that are in that jar. */
final class Program {
    static final Path JAR = Path.of("target", "tocsin.jar");

    private Program() {}

    static List<String> jar() {
        return List.of("-jar", JAR.toString());
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

    private static Set<String> librariesOfTheJar() {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith("BOOT-INF/lib/") && name.endsWith(".jar"))
                    .map(name -> name.substring(name.lastIndexOf('/') + 1))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
