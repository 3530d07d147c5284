package org.tocsin.delivery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.tocsin.directory.Directory;
import org.tocsin.directory.Member;

/** Who got, or may still get, certain alerts, and on which channel: whom their Update, all-clear or Cancel is for. */
final class ReachedPeople {
    /** The pages of each alert are read in the order of its index; their union has no such order. */
    private static final String PAGE = """
            select distinct r.person_id from unnest(?::bigint[]) f (alert_id) cross join lateral (
                select person_id from recipient r where r.alert_id = f.alert_id and r.person_id > ?
                order by person_id limit ?) r
            order by person_id limit ?""";

    /** The limit: see {@link LedgerRows#ATTEMPTS}. What is in a lease and has no result is with a
     * provider, or about to be; a lease lasts until the last of its messages has one. */
    private static final String ATTEMPTS = """
            with claimed as materialized (select unnest(keys) id from lease)
            select r.person_id, r.language, a.id, a.channel, s.state, s.state is null and a.id in (select id from claimed)
            from unnest(?::bigint[]) f (alert_id) cross join unnest(?::bigint[]) p (person_id)
            join recipient r on r.alert_id = f.alert_id and r.person_id = p.person_id
            cross join lateral (
                select * from attempt_order where id between r.id * 32 and r.id * 32 + 31 order by id limit 32) a
            left join lateral (select state from attempt_result s where s.id = a.id offset 0) s on true
            order by a.alert_id, a.id""";

    private final JdbcTemplate jdbc;
    private final Directory directory;

    ReachedPeople(JdbcTemplate jdbc, Directory directory) {
        this.jdbc = jdbc;
        this.directory = directory;
    }

    /** One message of those alerts to the person. {@code claimed}: a hub has taken it, and has no answer yet. */
    record Sent(String channel, AttemptState state, boolean claimed) {
        /** Whether the person may have it, or get it yet. Who was refused, or told by a stranger, has not. */
        boolean mayArrive() {
            return state.isUnderWay() || state.hasArrived() || state == AttemptState.UNCONFIRMED;
        }

        /** The sender, or the person's number, is of no use on this channel. */
        boolean refused() {
            return state == AttemptState.REJECTED || state == AttemptState.FAILED || state == AttemptState.OPTED_OUT;
        }
    }

    /** @param sent in the order in which it was sent */
    record Person(long id, String language, List<Sent> sent) {
        /** Whether they have it is known in a moment. */
        boolean isOpen() {
            return sent.stream().anyMatch(Sent::claimed);
        }

        boolean isReached() {
            return sent.stream().anyMatch(Sent::mayArrive);
        }

        /** The one that delivered, else one that took it, else one that may have; of equals the last. Null: none. */
        @Nullable
        String channel() {
            Optional<Sent> best = Optional.empty();
            for (Sent one : sent) {
                if (one.mayArrive() && (best.isEmpty() || strength(one) >= strength(best.get()))) {
                    best = Optional.of(one);
                }
            }
            return best.map(Sent::channel).orElse(null);
        }

        private static int strength(Sent sent) {
            return sent.state().hasArrived() ? 2 : sent.state().isUnderWay() ? 1 : 0;
        }

        /** The usable channels without those that refused every message; all of them if nothing else is left. */
        List<String> worthTrying(List<String> usable) {
            Map<String, Boolean> refused =
                    sent.stream().collect(Collectors.toMap(Sent::channel, Sent::refused, (one, other) -> one && other));
            List<String> worth = usable.stream()
                    .filter(channel -> !refused.getOrDefault(channel, false))
                    .toList();
            return worth.isEmpty() ? usable : worth;
        }
    }

    /** Who was told of an alert by a digest had the digest's messages. */
    private Long[] withDigests(List<Long> alerts) {
        Set<Long> ids = new LinkedHashSet<>(alerts);
        ids.addAll(jdbc.queryForList(
                "select alert_id from digest where items && ?::bigint[] and alert_id is not null", Long.class, (Object)
                        alerts.toArray(Long[]::new)));
        return ids.toArray(Long[]::new);
    }

    /** The next persons of these alerts, reached or not, in ascending order of their ids. */
    List<Person> after(List<Long> alerts, long person, int limit) {
        Long[] ids = alerts.toArray(Long[]::new);
        return of(alerts, jdbc.queryForList(PAGE, Long.class, ids, person, limit, limit));
    }

    List<Person> of(List<Long> alerts, List<Long> persons) {
        if (persons.isEmpty()) {
            return List.of();
        }
        Map<Long, Person> people = new LinkedHashMap<>();
        persons.stream().sorted().forEach(id -> people.put(id, new Person(id, "", new ArrayList<>())));
        jdbc.query(
                ATTEMPTS,
                (RowCallbackHandler) row -> {
                    String state = row.getString(5);
                    Person person = people.get(row.getLong(1));
                    person.sent()
                            .add(new Sent(
                                    row.getString(4),
                                    state == null ? AttemptState.QUEUED : AttemptState.valueOf(state),
                                    row.getBoolean(6)));
                    if (person.language().isEmpty()) {
                        people.put(person.id(), new Person(person.id(), row.getString(2), person.sent()));
                    }
                },
                withDigests(alerts),
                persons.toArray(Long[]::new));
        return people.values().stream()
                .sorted(Comparator.comparingLong(Person::id))
                .toList();
    }

    /**
     * How to tell those of them who were reached: on the channel they had, if it is usable still.
     *
     * @param onlyReached nobody else is told, so that a channel that refused the original is not tried either
     */
    List<Target> targets(List<Person> people, boolean onlyReached) {
        List<Person> reached = people.stream().filter(Person::isReached).toList();
        if (reached.isEmpty()) {
            return List.of();
        }
        Map<Long, Member> now = new HashMap<>();
        directory.members(reached.stream().map(Person::id).toList()).forEach(m -> now.put(m.personId(), m));
        return reached.stream()
                .map(person -> {
                    Member member = now.get(person.id());
                    List<String> usable = member == null ? List.of() : member.channels();
                    String channel = person.channel();
                    return new Target(
                            person.id(),
                            member == null ? person.language() : member.language(),
                            onlyReached ? person.worthTrying(usable) : usable,
                            channel != null && usable.contains(channel) ? channel : null,
                            true);
                })
                .toList();
    }

    /**
     * @param firstChannel whose rung comes first, or null for the order of the ladder
     * @param hadFormer got, or may still get, what this alert follows
     */
    record Target(
            long personId,
            String language,
            List<String> channels,
            @Nullable String firstChannel,
            boolean hadFormer) {
        static Target of(Member member) {
            return new Target(member.personId(), member.language(), member.channels(), null, false);
        }
    }
}
