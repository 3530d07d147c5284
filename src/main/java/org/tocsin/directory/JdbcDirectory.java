package org.tocsin.directory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.tocsin.alert.Alert;
import org.tocsin.directory.AreaCondition.Sql;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.privacy.LookupHash;

/** The directory in PostgreSQL. Safe for any number of threads and replicas. */
public final class JdbcDirectory implements Directory {
    /** An address is used when what its owner said last, or else the file, allows it, and nobody marked it. */
    private static final String USABLE = "a.unusable_reason is null and coalesce((select s.given"
            + " from consent_state s where s.channel = a.channel and s.address_hash = a.address_hash), a.opted_in)";

    /** The contacts of a page of persons. An array of ids is one descent of the index, where a subquery for each was as many. */
    static final String CONTACTS = """
            select c.id, c.person_id, c.language from contact c where c.person_id = any (array(%s)) and c.active
            order by c.person_id, c.id""";

    static final String CHANNELS =
            "select a.contact_id, a.channel from contact_address a where a.contact_id = any (?) and " + USABLE;

    /** Not a join: a plan made for empty tables, and kept, would begin with all addresses of the channel. */
    private static final String OF_CONTACT = """
            cross join lateral (select * from contact_address a where a.contact_id = c.id and a.channel = ? and %s offset 0) a
            """.formatted(USABLE);

    static final String ADDRESSES = "select c.person_id, a.address_hash, a.address_enc from contact c " + OF_CONTACT
            + " where c.person_id = any (?) and c.active order by c.person_id, a.ordinal, c.id";

    /** Those of the persons whom the contacts of these ids have joined. */
    static final String ADDRESSES_OF_JOINED =
            "select p.id, a.address_hash, a.address_enc from contact p cross join lateral"
                    + " (select * from contact c where c.person_id = p.person_id and c.active offset 0) c " + OF_CONTACT
                    + " where p.id = any (?) and p.person_id <> p.id order by p.id, a.ordinal, c.id";

    /** By the ids asked for: the contacts of one may have joined another person meanwhile, as in {@link #addresses}. */
    private static final String PERSONS = """
            select p.id,
                (select c.language from contact c where c.person_id = p.person_id and c.active order by c.id limit 1),
                array(select a.channel from contact c join contact_address a on a.contact_id = c.id
                    where c.person_id = p.person_id and c.active and %s)
            from contact p where p.id = any (?)
                and exists (select from contact c where c.person_id = p.person_id and c.active)""".formatted(USABLE);

    private static final int MAX_SOURCE = 200;

    private final JdbcClient jdbc;
    private final AddressCipher cipher;
    private final LookupHash hash;
    private final PersonPages pages;

    public JdbcDirectory(DataSource dataSource, AddressCipher cipher, LookupHash hash) {
        this(dataSource, cipher, hash, PersonPages.FEW);
    }

    JdbcDirectory(DataSource dataSource, AddressCipher cipher, LookupHash hash, int few) {
        this.jdbc = JdbcClient.create(dataSource);
        this.cipher = cipher;
        this.hash = hash;
        this.pages = new PersonPages(jdbc, few);
    }

    @Override
    public Audience audience(Alert alert) {
        Audience read = AudienceReader.read(alert);
        if (read.reason() != null || read.unknown().isEmpty()) {
            return read;
        }
        List<String> words = read.unknown();
        Set<String> groups = known(
                words,
                // the limit keeps the look-up from reading a large group
                "select w from unnest(?) as w cross join lateral (select from contact_group g"
                        + " join contact c on c.id = g.contact_id where g.group_name = w and c.active limit 1) as found");
        Set<String> contacts = known(words, "select ext_id from contact where ext_id = any(?) and active");
        List<String> unknown = words.stream()
                .filter(word -> !groups.contains(word) && !contacts.contains(word))
                .toList();
        if (groups.isEmpty() && contacts.isEmpty()) {
            return Audience.nobody(unknown, "addresses names no group and no contact of the directory");
        }
        return new Audience(groups, contacts, unknown, read.polygons(), read.circles(), read.restrictToArea(), null);
    }

    private Set<String> known(List<String> words, String sql) {
        Set<String> found = Set.copyOf(
                jdbc.sql(sql).param(SqlArray.text(words)).query(String.class).list());
        Set<String> inOrder = new LinkedHashSet<>(words);
        inOrder.retainAll(found);
        return inOrder;
    }

    @Override
    public long count(Audience audience) {
        return pages.all(audience)
                .map(sql -> jdbc.sql("select count(distinct person_id) from (" + sql.text() + ") as p")
                        .params(sql.parameters())
                        .query(Long.class)
                        .single())
                .orElse(0L);
    }

    @Override
    public List<Member> members(Audience audience, long afterPersonId, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1");
        }
        return pages.after(audience, afterPersonId, limit).map(this::membersOf).orElse(List.of());
    }

    private List<Member> membersOf(Sql page) {
        Map<Long, String> languages = new LinkedHashMap<>();
        Map<Long, Long> personOf = new HashMap<>();
        jdbc.sql(CONTACTS.formatted(page.text())).params(page.parameters()).query(row -> {
            personOf.put(row.getLong(1), row.getLong(2));
            languages.putIfAbsent(row.getLong(2), row.getString(3));
        });
        Map<Long, Set<String>> channels = new HashMap<>();
        jdbc.sql(CHANNELS).param(SqlArray.bigint(personOf.keySet())).query(row -> {
            channels.computeIfAbsent(personOf.get(row.getLong(1)), id -> new TreeSet<>())
                    .add(row.getString(2));
        });
        List<Member> members = new ArrayList<>(languages.size());
        languages.forEach((id, language) ->
                members.add(new Member(id, language, List.copyOf(channels.getOrDefault(id, Set.of())))));
        return members;
    }

    @Override
    public Set<Long> among(Audience audience, Collection<Long> personIds) {
        return pages.all(audience)
                .map(sql -> Set.copyOf(
                        jdbc.sql("select distinct person_id from (" + sql.text() + ") as p where person_id = any(?)")
                                .params(sql.parameters())
                                .param(SqlArray.bigint(personIds))
                                .query(Long.class)
                                .list()))
                .orElse(Set.of());
    }

    @Override
    public List<Member> members(Collection<Long> personIds) {
        return jdbc.sql(PERSONS)
                .param(SqlArray.bigint(personIds))
                .query(JdbcDirectory::member)
                .list();
    }

    private static Member member(ResultSet row, int number) throws SQLException {
        String[] channels = (String[]) row.getArray(3).getArray();
        return new Member(
                row.getLong(1),
                row.getString(2),
                Arrays.stream(channels).distinct().sorted().toList());
    }

    /**
     * Holds each id asked for; the list may be empty. An id whose contact has joined another person meanwhile, by a
     * shared number, answers with that person's addresses.
     */
    @Override
    public Map<Long, List<Address>> addresses(String channel, Collection<Long> personIds) {
        Map<Long, List<Address>> found = new HashMap<>();
        personIds.forEach(id -> found.put(id, new ArrayList<>(1)));
        read(ADDRESSES, channel, found.keySet(), found);
        List<Long> none = found.entrySet().stream()
                .filter(person -> person.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        if (!none.isEmpty()) {
            read(ADDRESSES_OF_JOINED, channel, none, found);
        }
        return found;
    }

    private void read(String sql, String channel, Collection<Long> personIds, Map<Long, List<Address>> found) {
        jdbc.sql(sql).param(channel).param(SqlArray.bigint(personIds)).query(row -> {
            List<Address> some = found.get(row.getLong(1));
            byte[] addressHash = row.getBytes(2);
            // two contacts of one person may spell an e-mail address differently
            if (some.stream().noneMatch(known -> known.isSameAs(addressHash))) {
                byte[] encrypted = row.getBytes(3);
                some.add(new Address(cipher.decrypt(encrypted), encrypted, addressHash));
            }
        });
    }

    /** Where several persons share the address: an active one before others, then whose first choice it is. */
    @Override
    public Optional<Long> personAt(String channel, String address) {
        if (address.isBlank()) {
            return Optional.empty(); // some providers hide the sender
        }
        return jdbc.sql("select c.person_id from contact_address a join contact c on c.id = a.contact_id"
                        + " where a.channel = ? and a.address_hash = ?"
                        + " order by c.active desc, a.ordinal, c.id limit 1")
                .param(channel)
                .param(hashOf(channel, address))
                .query(Long.class)
                .optional();
    }

    /** Known addresses or not: who writes STOP before the directory knows them has said STOP. */
    @Override
    public void consent(String channel, String address, boolean given, String source) {
        byte[] addressHash = hashOf(channel, address);
        jdbc.sql("insert into consent_event (channel, address_hash, given, source) values (?, ?, ?, ?)")
                .param(channel)
                .param(addressHash)
                .param(given)
                .param(bounded(source))
                .update();
        jdbc.sql("insert into consent_state (channel, address_hash, given) values (?, ?, ?)"
                        + " on conflict (channel, address_hash)"
                        + " do update set given = excluded.given, at = clock_timestamp()")
                .param(channel)
                .param(addressHash)
                .param(given)
                .update();
    }

    @Override
    public void markUnusable(String channel, String address, String reason) {
        markUnusable(channel, hashOf(channel, address), reason);
    }

    @Override
    public void markUnusable(String channel, byte[] addressHash, String reason) {
        jdbc.sql("update contact_address set unusable_reason = ?, unusable_since = now()"
                        + " where channel = ? and address_hash = ? and unusable_reason is null")
                .param(bounded(reason))
                .param(channel)
                .param(addressHash)
                .update();
    }

    private byte[] hashOf(String channel, String address) {
        return hash.of(channel, AddressForm.canonical(channel, address));
    }

    private static String bounded(String text) {
        return text.length() <= MAX_SOURCE ? text : text.substring(0, MAX_SOURCE);
    }
}
