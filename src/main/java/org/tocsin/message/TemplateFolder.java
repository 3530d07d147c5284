package org.tocsin.message;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of {@code config/templates}, read once. */
final class TemplateFolder {
    private final Path dir;

    TemplateFolder(Path dir) {
        this.dir = dir;
        if (!Files.isDirectory(dir)) {
            throw new TemplateProblem(dir.toString(), "", "is not a folder", "point tocsin.templates at one");
        }
    }

    /** As shown to the person who edits it: {@code config/templates/flood/en.yaml}. */
    String nameOf(String template, String language) {
        return nameOf(dir.resolve(template).resolve(language + ".yaml"));
    }

    String nameOf(String child) {
        return nameOf(dir.resolve(child));
    }

    private static String nameOf(Path file) {
        return file.toString().replace('\\', '/');
    }

    byte[] index() {
        return read(dir.resolve(TemplateIndex.FILE));
    }

    /** By template and language, both in alphabetical order. */
    Map<String, Map<String, byte[]>> templates() {
        var templates = new TreeMap<String, Map<String, byte[]>>();
        for (Path folder : list(dir)) {
            if (Files.isDirectory(folder)) {
                String name = folder.getFileName().toString();
                if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
                    throw new TemplateProblem(nameOf(folder), "", "is not a template's name", "use a-z, 0-9 and -");
                }
                templates.put(name, languages(folder));
            }
        }
        return templates;
    }

    private Map<String, byte[]> languages(Path folder) {
        var languages = new TreeMap<String, byte[]>();
        for (Path file : list(folder)) {
            String name = file.getFileName().toString();
            String language = name.endsWith(".yaml") ? name.substring(0, name.length() - 5) : "";
            if (!TemplateIndex.isCanonical(language) || language.isEmpty()) {
                throw new TemplateProblem(
                        nameOf(file), "", "is not named after a language", "name it like en.yaml or pt-BR.yaml");
            }
            languages.put(language, read(file));
        }
        return languages;
    }

    /** Without hidden files, which editors and mounted volumes leave behind. */
    private List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> !f.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(folder);
        }
    }

    private byte[] read(Path file) {
        try {
            if (Files.size(file) > YamlSection.MAX_BYTES) {
                return new byte[YamlSection.MAX_BYTES + 1];
            }
            byte[] content = Files.readAllBytes(file);
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return content;
        } catch (NoSuchFileException e) {
            throw new TemplateProblem(nameOf(file), "", "is missing", "add it (see config/templates/README.md)");
        } catch (CharacterCodingException e) {
            throw new TemplateProblem(nameOf(file), "", "is not UTF-8", "save it as UTF-8");
        } catch (IOException e) {
            throw unreadable(file);
        }
    }

    private TemplateProblem unreadable(Path path) {
        return new TemplateProblem(nameOf(path), "", "cannot be read", "check its owner and permissions");
    }
}
