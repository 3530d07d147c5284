package org.tocsin.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.util.FileSystemUtils;
import org.tocsin.alert.Alert;
import org.tocsin.alert.Area;
import org.tocsin.alert.Category;
import org.tocsin.alert.Certainty;
import org.tocsin.alert.Circle;
import org.tocsin.alert.Info;
import org.tocsin.alert.MsgType;
import org.tocsin.alert.Polygon;
import org.tocsin.alert.Position;
import org.tocsin.alert.Scope;
import org.tocsin.alert.Severity;
import org.tocsin.alert.Status;
import org.tocsin.alert.Urgency;
import org.tocsin.alert.Value;
import org.tocsin.privacy.Keyset;
import org.tocsin.testing.TestDatabase;

/** A directory of its own, and short words for its files and alerts. */
final class DirectoryFixture implements AutoCloseable {
    static final String HEADER = "id,name,language,phone,email,groups,lat,lon,opt_in\n";

    final TestDatabase database = TestDatabase.fresh();
    final Keyset keys;
    final JdbcDirectory directory;
    /** The same, but every area is a large one to it. */
    final JdbcDirectory walking;

    private final Path folder;

    DirectoryFixture() {
        try {
            folder = Files.createTempDirectory("directory");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keys = Keyset.open(folder.resolve("keys.json"), database.dataSource());
        directory = new JdbcDirectory(database.dataSource(), keys.cipher(), keys.hash());
        walking = new JdbcDirectory(database.dataSource(), keys.cipher(), keys.hash(), 0);
    }

    void clear() {
        database.jdbc()
                .sql("truncate contact, contact_group, contact_address, consent_event, consent_state restart identity")
                .update();
    }

    ContactsCsv contacts() {
        return new ContactsCsv(database.dataSource(), keys.cipher(), keys.hash(), "FR", "en", 0.5);
    }

    /** Imports rows under the usual header. */
    ImportReport rows(String... rows) {
        return file(HEADER + String.join("\n", rows) + "\n");
    }

    ImportReport file(String content) {
        return contacts().load(write(content.getBytes(StandardCharsets.UTF_8)));
    }

    Path write(byte[] content) {
        try {
            return Files.write(folder.resolve("contacts.csv"), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long person(String id) {
        return database.jdbc()
                .sql("select person_id from contact where ext_id = ?")
                .param(id)
                .query(Long.class)
                .single();
    }

    /** The ids of the persons' first contacts, in order. */
    List<String> idsOf(Audience audience) {
        List<Member> members = directory.members(audience, 0, 1_000);
        assertThat(walking.members(audience, 0, 1_000)).isEqualTo(members);
        return members.stream()
                .map(member -> database.jdbc()
                        .sql("select ext_id from contact where id = ?")
                        .param(member.personId())
                        .query(String.class)
                        .single())
                .toList();
    }

    List<String> toldBy(Alert alert) {
        return idsOf(directory.audience(alert));
    }

    Member member(String id) {
        return directory.members(directory.audience(alert(List.of(id))), 0, 10).get(0);
    }

    List<String> addresses(String channel, String id) {
        return addresses(channel, List.of(person(id))).get(person(id));
    }

    Map<Long, List<String>> addresses(String channel, List<Long> persons) {
        Map<Long, List<String>> texts = new HashMap<>();
        directory
                .addresses(channel, persons)
                .forEach((person, some) ->
                        texts.put(person, some.stream().map(Address::text).toList()));
        return texts;
    }

    static Alert alert(List<String> addresses, Info... infos) {
        return new Alert(
                "1",
                "test@example.org",
                OffsetDateTime.parse("2026-11-22T10:00:00Z"),
                Status.Actual,
                MsgType.Alert,
                null,
                Scope.Public,
                null,
                addresses,
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of(infos));
    }

    static Info info(List<Value> parameters, Area... areas) {
        return new Info(
                "en",
                List.of(Category.Met),
                "Flood",
                List.of(),
                Urgency.Immediate,
                Severity.Severe,
                Certainty.Observed,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                parameters,
                List.of(),
                List.of(areas));
    }

    static Info in(Area... areas) {
        return info(List.of(), areas);
    }

    static Area area(Polygon polygon) {
        return new Area("a place", List.of(polygon), List.of(), List.of(), null, null);
    }

    static Area area(double latitude, double longitude, double radiusKm) {
        Circle circle = new Circle(new Position(latitude, longitude), radiusKm);
        return new Area("a place", List.of(), List.of(circle), List.of(), null, null);
    }

    /** As CAP writes it: {@code 48,2 49,2 49,3 48,2}. */
    static Polygon polygon(String pairs) {
        return new Polygon(Arrays.stream(pairs.split(" "))
                .map(pair -> pair.split(","))
                .map(pair -> new Position(Double.parseDouble(pair[0]), Double.parseDouble(pair[1])))
                .toList());
    }

    @Override
    public void close() {
        database.close();
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
