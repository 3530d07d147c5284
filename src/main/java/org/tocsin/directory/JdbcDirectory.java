package org.tocsin.directory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.tocsin.alert.Alert;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.privacy.LookupHash;

/** The directory in PostgreSQL. Safe for any number of threads and replicas. */
public final class JdbcDirectory implements Directory {
    /** An address is used when what its owner said last, or else the file, allows it, and nobody marked it. */
    private static final String USABLE = "a.unusable_reason is null and coalesce(s.given, a.opted_in)";

    /** The same without a join, which costs less where each person has few addresses. */
    private static final String USABLE_ALONE = "a.unusable_reason is null and coalesce((select s.given"
            + " from consent_state s where s.channel = a.channel and s.address_hash = a.address_hash), a.opted_in)";

    private static final String MEMBERS = """
            select p.person_id,
                (select c.language from contact c where c.person_id = p.person_id and c.active order by c.id limit 1),
                array(select a.channel from contact c join contact_address a on a.contact_id = c.id
                    where c.person_id = p.person_id and c.active and %s)
            from (%s) as p order by p.person_id""";

    /** By the ids asked for: the contacts of one may have joined another person meanwhile, as in {@link #addresses}. */
    private static final String PERSONS = """
            select p.id,
                (select c.language from contact c where c.person_id = p.person_id and c.active order by c.id limit 1),
                array(select a.channel from contact c join contact_address a on a.contact_id = c.id
                    where c.person_id = p.person_id and c.active and %s)
            from contact p where p.id = any (?)
                and exists (select from contact c where c.person_id = p.person_id and c.active)""".formatted(USABLE_ALONE);

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
        return pages.after(audience, afterPersonId, limit)
                .map(sql -> jdbc.sql(MEMBERS.formatted(USABLE_ALONE, sql.text()))
                        .params(sql.parameters())
                        .query(JdbcDirectory::member)
                        .list())
                .orElse(List.of());
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
        jdbc.sql(
                        "select asked.id, a.address_hash, a.address_enc from (select distinct id from unnest(?) as t(id)) as asked"
                                + " join contact p on p.id = asked.id"
                                + " join contact c on c.person_id = p.person_id"
                                + " join contact_address a on a.contact_id = c.id and a.channel = ?"
                                + " left join consent_state s on s.channel = a.channel and s.address_hash = a.address_hash"
                                + " where c.active and " + USABLE
                                + " order by asked.id, a.ordinal, c.id")
                .param(SqlArray.bigint(personIds))
                .param(channel)
                .query(row -> {
                    List<Address> some = found.get(row.getLong(1));
                    byte[] addressHash = row.getBytes(2);
                    // two contacts of one person may spell an e-mail address differently
                    if (some.stream().noneMatch(known -> known.isSameAs(addressHash))) {
                        byte[] encrypted = row.getBytes(3);
                        some.add(new Address(cipher.decrypt(encrypted), encrypted, addressHash));
                    }
                });
        return found;
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
