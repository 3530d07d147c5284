package org.tocsin.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.tocsin.directory.ContactsCsv;

/** A directory file that grows with the tests, imported as at a start. */
final class TestContacts {
    private TestContacts() {}

    static Path create(Path folder) throws IOException {
        return Files.copy(Path.of("config/contacts.csv"), folder.resolve("contacts.csv"));
    }

    /** @param place {@code latitude,longitude}, or {@code ","} for somebody who is nowhere */
    static synchronized void add(Hub hub, Person person, String language, String optIn, String groups, String place) {
        Path file = hub.folder.resolve("contacts.csv");
        String row = "%s,Test %s,%s,%s,%s,%s,%s,%s%n"
                .formatted(person.id(), person.id(), language, person.phone(), person.email(), groups, place, optIn);
        try {
            Files.writeString(file, row, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hub.context.getBean(ContactsCsv.class).load(file);
    }
}
