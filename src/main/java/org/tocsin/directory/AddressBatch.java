package org.tocsin.directory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.tocsin.directory.ContactBatch.Change;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.privacy.LookupHash;

/**
 * The addresses of some contacts. A telephone number is an address on {@code whatsapp} and on {@code sms}, opted in or
 * not, so that a later START finds it; and on each further channel (a pager, a voice call) that the row opts in to.
 */
final class AddressBatch {
    private static final List<String> PHONE_CHANNELS = List.of("whatsapp", "sms");

    /** Compares the addresses that the file gives with those stored; consent that begins or ends is an event. */
    private static final String PUT = """
            with named as materialized (
                select * from unnest(?, ?, ?, ?, ?, ?)
                    as t(contact_id, channel, ordinal, address_enc, address_hash, opted_in)
            ), before as materialized (
                select n.contact_id, n.channel, n.address_hash, n.opted_in, coalesce(a.opted_in, false) as was
                from named n left join contact_address a using (contact_id, channel, address_hash)
            ), dropped as (
                delete from contact_address a where a.contact_id = any(?) and not exists (select from named n
                    where (n.contact_id, n.channel, n.address_hash) = (a.contact_id, a.channel, a.address_hash))
                returning a.contact_id, a.channel, a.address_hash, a.opted_in
            ), put as (
                insert into contact_address (contact_id, channel, ordinal, address_enc, address_hash, opted_in)
                select contact_id, channel, ordinal, address_enc, address_hash, opted_in from named
                on conflict (contact_id, channel, address_hash) do update
                    set ordinal = excluded.ordinal, opted_in = excluded.opted_in
            ), ended as (
                select contact_id, channel, address_hash from dropped
                union all select contact_id, channel, address_hash from before where was and not opted_in
            ), start_ended as (
                delete from consent_state s using ended e
                where s.given and s.channel = e.channel and s.address_hash = e.address_hash
                    and not exists (select from contact_address o where o.channel = e.channel
                        and o.address_hash = e.address_hash and o.contact_id <> e.contact_id)
            )
            insert into consent_event (channel, address_hash, given, source)
            select channel, address_hash, opted_in, 'file' from before where opted_in <> was
            union all select channel, address_hash, false, 'file' from dropped where opted_in""";

    private final JdbcClient jdbc;
    private final AddressCipher cipher;
    private final LookupHash hash;

    AddressBatch(JdbcClient jdbc, AddressCipher cipher, LookupHash hash) {
        this.jdbc = jdbc;
        this.cipher = cipher;
        this.hash = hash;
    }

    /** A blank cell says "as before", never "none": numbers and e-mail addresses are filled in from the directory. */
    List<Change> keepWhatIsBlank(List<Change> changes) {
        List<Long> blank = changes.stream()
                .filter(c -> !c.isNew()
                        && (c.row().phones().isEmpty() || c.row().emails().isEmpty()))
                .map(Change::id)
                .toList();
        if (blank.isEmpty()) {
            return changes;
        }
        Map<Long, List<String>> phones = stored("sms", blank);
        Map<Long, List<String>> emails = stored(AddressForm.EMAIL, blank);
        return changes.stream()
                .map(c -> new Change(c.id(), c.isNew(), filled(c.row(), phones.get(c.id()), emails.get(c.id()))))
                .toList();
    }

    private static ContactRow filled(ContactRow row, List<String> phones, List<String> emails) {
        return new ContactRow(
                row.line(),
                row.id(),
                row.name(),
                row.language(),
                row.phones().isEmpty() && phones != null ? phones : row.phones(),
                row.emails().isEmpty() && emails != null ? emails : row.emails(),
                row.groups(),
                row.home(),
                row.optIn(),
                row.hash());
    }

    private Map<Long, List<String>> stored(String channel, List<Long> contacts) {
        Map<Long, List<String>> stored = new HashMap<>();
        jdbc.sql("select contact_id, address_enc from contact_address where contact_id = any(?) and channel = ?"
                        + " order by contact_id, ordinal")
                .param(SqlArray.bigint(contacts))
                .param(channel)
                .query(row -> {
                    stored.computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
                            .add(cipher.decrypt(row.getBytes(2)));
                });
        return stored;
    }

    void put(List<Change> changes) {
        Columns columns = new Columns();
        for (Change change : changes) {
            ContactRow row = change.row();
            Set<String> phoneChannels = new LinkedHashSet<>(PHONE_CHANNELS);
            phoneChannels.addAll(row.optIn());
            phoneChannels.remove(AddressForm.EMAIL);
            phoneChannels.forEach(channel -> columns.add(change, channel, row.phones()));
            columns.add(change, AddressForm.EMAIL, row.emails());
        }
        jdbc.sql(PUT)
                .param(SqlArray.bigint(columns.contact))
                .param(SqlArray.text(columns.channel))
                .param(SqlArray.of("int2", columns.ordinal))
                .param(SqlArray.bytes(columns.encrypted))
                .param(SqlArray.bytes(columns.hashed))
                .param(SqlArray.of("boolean", columns.optedIn))
                .param(SqlArray.bigint(
                        changes.stream().filter(c -> !c.isNew()).map(Change::id).toList()))
                .update();
    }

    private final class Columns {
        private final List<Long> contact = new ArrayList<>();
        private final List<String> channel = new ArrayList<>();
        private final List<Short> ordinal = new ArrayList<>();
        private final List<byte[]> encrypted = new ArrayList<>();
        private final List<byte[]> hashed = new ArrayList<>();
        private final List<Boolean> optedIn = new ArrayList<>();

        void add(Change change, String on, List<String> addresses) {
            Map<String, String> distinct = new LinkedHashMap<>();
            addresses.forEach(address -> distinct.putIfAbsent(AddressForm.canonical(on, address), address));
            short place = 0;
            for (Map.Entry<String, String> address : distinct.entrySet()) {
                contact.add(change.id());
                channel.add(on);
                ordinal.add(place++);
                encrypted.add(cipher.encrypt(address.getValue()));
                hashed.add(hash.of(on, address.getKey()));
                optedIn.add(change.row().optIn().contains(on));
            }
        }
    }
}
