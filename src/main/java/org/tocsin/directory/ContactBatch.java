package org.tocsin.directory;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.tocsin.alert.Position;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.privacy.LookupHash;

/** Writes some rows of the directory file in the caller's transaction: set by set, never contact by contact. */
final class ContactBatch {
    private final JdbcClient jdbc;
    private final AddressCipher cipher;
    private final LookupHash hash;
    private final AddressBatch addresses;

    ContactBatch(JdbcClient jdbc, AddressCipher cipher, LookupHash hash) {
        this.jdbc = jdbc;
        this.cipher = cipher;
        this.hash = hash;
        this.addresses = new AddressBatch(jdbc, cipher, hash);
    }

    record Result(long added, long updated, long unchanged) {}

    /** What the directory holds of a row. */
    private record Stored(
            long id,
            long personId,
            byte[] rowHash,
            boolean active,
            @Nullable ByteBuffer firstPhone) {}

    /** Columns for the rows to be written, in their order. */
    private record Persons(List<byte[]> firstPhones, List<Long> ids, Moved moved) {}

    /** A row that is to be written. */
    record Change(long id, boolean isNew, ContactRow row) {}

    /** @param seen the ids of the contacts whose row was met before; this call adds its own */
    Result write(List<ContactRow> rows, BitSet seen, Consumer<Problem> problems) {
        Map<String, Stored> stored = stored(rows);
        List<ContactRow> once = firstOfEach(rows, stored, seen, problems);
        List<ContactRow> changed = once.stream()
                .filter(row -> {
                    Stored before = stored.get(row.id());
                    return before == null || !before.active || !Arrays.equals(before.rowHash, row.hash());
                })
                .toList();
        if (!changed.isEmpty()) {
            put(changed, stored, seen);
        }
        long added =
                changed.stream().filter(row -> !stored.containsKey(row.id())).count();
        return new Result(added, changed.size() - added, once.size() - changed.size());
    }

    private void put(List<ContactRow> changed, Map<String, Stored> stored, BitSet seen) {
        List<Change> changes = withIds(changed, stored, seen);
        List<Change> complete = addresses.keepWhatIsBlank(changes);
        Persons persons = persons(complete, stored);
        putContacts(complete, persons);
        putGroups(complete);
        addresses.put(complete);
        persons.moved.regroup(jdbc);
    }

    private Map<String, Stored> stored(List<ContactRow> rows) {
        Map<String, Stored> stored = new HashMap<>();
        jdbc.sql("select ext_id, id, person_id, row_hash, active, first_phone_hash from contact"
                        + " where ext_id = any(?)")
                .param(SqlArray.text(rows.stream().map(ContactRow::id).toList()))
                .query(row -> {
                    byte[] phone = row.getBytes(6);
                    stored.put(
                            row.getString(1),
                            new Stored(
                                    row.getLong(2),
                                    row.getLong(3),
                                    row.getBytes(4),
                                    row.getBoolean(5),
                                    phone == null ? null : ByteBuffer.wrap(phone)));
                });
        return stored;
    }

    /** A second row with the same id is named and skipped: nobody can say which of the two is right. */
    private static List<ContactRow> firstOfEach(
            List<ContactRow> rows, Map<String, Stored> stored, BitSet seen, Consumer<Problem> problems) {
        Set<String> ids = new HashSet<>();
        List<ContactRow> once = new ArrayList<>(rows.size());
        for (ContactRow row : rows) {
            Stored before = stored.get(row.id());
            boolean again = before != null && seen.get(Math.toIntExact(before.id));
            if (again || !ids.add(row.id())) {
                problems.accept(new Problem(row.line(), "id", "an id that no row above has"));
                continue;
            }
            once.add(row);
        }
        once.stream()
                .map(row -> stored.get(row.id()))
                .filter(before -> before != null)
                .forEach(before -> seen.set(Math.toIntExact(before.id)));
        return once;
    }

    private List<Change> withIds(List<ContactRow> changed, Map<String, Stored> stored, BitSet seen) {
        List<Long> fresh = jdbc.sql(
                        "select nextval(pg_get_serial_sequence('contact', 'id')) from generate_series(1, ?)")
                .param((int) changed.stream()
                        .filter(row -> !stored.containsKey(row.id()))
                        .count())
                .query(Long.class)
                .list();
        List<Change> changes = new ArrayList<>(changed.size());
        int next = 0;
        for (ContactRow row : changed) {
            Stored before = stored.get(row.id());
            long id = before == null ? fresh.get(next++) : before.id;
            seen.set(Math.toIntExact(id));
            changes.add(new Change(id, before == null, row));
        }
        return changes;
    }

    /** Which person each contact is before numbers move; a new contact joins whoever has its first number already. */
    private Persons persons(List<Change> changes, Map<String, Stored> stored) {
        List<byte[]> phones = changes.stream().map(this::firstPhone).toList();
        Map<ByteBuffer, Long> known = lowestIds(phones);
        List<Long> personIds = new ArrayList<>(changes.size());
        Moved moved = new Moved();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            ByteBuffer phone = phones.get(i) == null ? null : ByteBuffer.wrap(phones.get(i));
            if (change.isNew()) {
                personIds.add(phone == null ? change.id() : known.computeIfAbsent(phone, p -> change.id()));
            } else {
                Stored before = stored.get(change.row().id());
                personIds.add(before.personId);
                moved.from(change.id(), before.firstPhone, phone);
            }
        }
        return new Persons(phones, personIds, moved);
    }

    private void putContacts(List<Change> changes, Persons persons) {
        jdbc.sql("""
                        insert into contact
                            (id, ext_id, person_id, language, name_enc, position, first_phone_hash, row_hash)
                        select id, ext_id, person_id, language, name_enc,
                            case when lon is not null then point(lon, lat) end, first_phone_hash, row_hash
                        from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)
                            as t(id, ext_id, person_id, language, name_enc, lon, lat, first_phone_hash, row_hash)
                        on conflict (id) do update set
                            language = excluded.language, name_enc = excluded.name_enc, position = excluded.position,
                            first_phone_hash = excluded.first_phone_hash, row_hash = excluded.row_hash,
                            active = true, changed_at = now()""")
                .param(SqlArray.bigint(column(changes, Change::id)))
                .param(SqlArray.text(column(changes, c -> c.row().id())))
                .param(SqlArray.bigint(persons.ids))
                .param(SqlArray.text(column(changes, c -> c.row().language())))
                .param(SqlArray.bytes(
                        column(changes, c -> cipher.encrypt(c.row().name()))))
                .param(SqlArray.of("float8", column(changes, c -> degrees(c, Position::longitude))))
                .param(SqlArray.of("float8", column(changes, c -> degrees(c, Position::latitude))))
                .param(SqlArray.bytes(persons.firstPhones))
                .param(SqlArray.bytes(column(changes, c -> c.row().hash())))
                .update();
    }

    private static <T extends @Nullable Object> List<T> column(List<Change> changes, Function<Change, T> value) {
        return changes.stream().map(value).toList();
    }

    private static @Nullable Double degrees(Change change, Function<Position, Double> axis) {
        Position home = change.row().home();
        return home == null ? null : axis.apply(home);
    }

    private byte @Nullable [] firstPhone(Change change) {
        List<String> phones = change.row().phones();
        return phones.isEmpty() ? null : hash.of("first-phone", phones.get(0));
    }

    /** Of the contacts that have one of these first phone numbers already. */
    private Map<ByteBuffer, Long> lowestIds(Collection<byte @Nullable []> phones) {
        Map<ByteBuffer, Long> lowest = new HashMap<>();
        Map<ByteBuffer, byte[]> distinct = new LinkedHashMap<>();
        phones.stream().filter(p -> p != null).forEach(p -> distinct.put(ByteBuffer.wrap(p), p));
        jdbc.sql("""
                        select p.hash, c.id from unnest(?) as p(hash) cross join lateral
                            (select id from contact where first_phone_hash = p.hash order by id limit 1) c""").param(SqlArray.bytes(distinct.values())).query(row -> {
            lowest.put(ByteBuffer.wrap(row.getBytes(1)), row.getLong(2));
        });
        return lowest;
    }

    private void putGroups(List<Change> changes) {
        List<Long> contacts = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        changes.forEach(change -> change.row().groups().forEach(group -> {
            contacts.add(change.id());
            groups.add(group);
        }));
        jdbc.sql("""
                        delete from contact_group where contact_id = any(?)
                            and (contact_id, group_name) not in (select * from unnest(?, ?))""")
                .param(SqlArray.bigint(
                        changes.stream().filter(c -> !c.isNew()).map(Change::id).toList()))
                .param(SqlArray.bigint(contacts))
                .param(SqlArray.text(groups))
                .update();
        jdbc.sql("""
                        insert into contact_group (contact_id, group_name, person_id)
                        select c.id, t.group_name, c.person_id
                        from unnest(?, ?) as t(contact_id, group_name) join contact c on c.id = t.contact_id
                        on conflict (contact_id, group_name) do nothing""")
                .param(SqlArray.bigint(contacts))
                .param(SqlArray.text(groups))
                .update();
    }

    /** Contacts whose first phone number changed: they leave one person and join another. */
    private static final class Moved {
        private final List<Long> contacts = new ArrayList<>();
        private final Map<ByteBuffer, byte[]> phones = new HashMap<>();

        void from(long contact, @Nullable ByteBuffer before, @Nullable ByteBuffer after) {
            if (!Objects.equals(before, after)) {
                contacts.add(contact);
                if (before != null) {
                    phones.put(before, before.array());
                }
                if (after != null) {
                    phones.put(after, after.array());
                }
            }
        }

        void regroup(JdbcClient jdbc) {
            if (contacts.isEmpty()) {
                return;
            }
            jdbc.sql("""
                            with person as (
                                select c.id, coalesce(
                                    (select min(x.id) from contact x where x.first_phone_hash = c.first_phone_hash),
                                    c.id) as person_id
                                from contact c where c.first_phone_hash = any(?) or c.id = any(?)
                            ), changed as (
                                update contact c set person_id = p.person_id from person p
                                where c.id = p.id and c.person_id <> p.person_id
                                returning c.id, c.person_id)
                            update contact_group g set person_id = c.person_id from changed c
                            where g.contact_id = c.id""")
                    .param(SqlArray.bytes(phones.values()))
                    .param(SqlArray.bigint(contacts))
                    .update();
        }
    }
}
