package org.tocsin.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.delivery.ReachedPeople.Target;
import org.tocsin.directory.Audience;
import org.tocsin.directory.Directory;
import org.tocsin.directory.Member;

/**
 * Whom the next chunk of a plan is for. An alert that follows others begins with those whom they reached; the audience of
 * its own comes next; last of all those whose earlier message had no answer yet, so that nothing overtakes it.
 */
final class PlanChunks {
    private static final int FIRST_CHUNK = 200;
    private static final int CHUNK = 2_000;

    private static final String PLANNED_ALREADY =
            "select person_id from recipient where alert_id = ? and person_id = any (?::bigint[])";

    private final JdbcTemplate jdbc;
    private final Directory directory;
    private final ReachedPeople people;
    private final UpdateParts parts;

    PlanChunks(JdbcTemplate jdbc, Directory directory) {
        this.jdbc = jdbc;
        this.directory = directory;
        this.people = new ReachedPeople(jdbc, directory);
        this.parts = new UpdateParts(jdbc, directory);
    }

    /**
     * @param later persons whose message of the alerts that this one follows has no answer yet
     * @param isPart of an Update that speaks of several places or times
     */
    record Open(
            long id,
            int lane,
            @Nullable Audience audience,
            long cursor,
            Instant now,
            boolean onlyReached,
            Phase phase,
            List<Long> follows,
            List<Long> later,
            boolean isPart) {
        static Open read(ResultSet row) throws SQLException {
            Array follows = row.getArray(8);
            return new Open(
                    row.getLong(1),
                    row.getInt(2),
                    PlanChunks.read(row.getString(3)),
                    row.getLong(4),
                    row.getObject(5, OffsetDateTime.class).toInstant(),
                    row.getString(6).equals("REACHED"),
                    Phase.valueOf(row.getString(7)),
                    follows == null ? List.of() : List.of((Long[]) follows.getArray()),
                    List.of((Long[]) row.getArray(9).getArray()),
                    row.getBoolean(10));
        }

        int chunk() {
            return cursor == 0 && phase != Phase.LATER ? FIRST_CHUNK : CHUNK;
        }

        Phase nextPhase() {
            return phase == Phase.REACHED && !onlyReached ? Phase.AUDIENCE : Phase.LATER;
        }
    }

    enum Phase {
        REACHED,
        AUDIENCE,
        LATER
    }

    /**
     * @param cursor the last person looked at
     * @param last nobody is left in this phase
     * @param later persons still to be looked at when the phases before are done
     */
    record Chunk(List<Target> targets, long cursor, boolean last, List<Long> later) {}

    Chunk of(Open alert) {
        return switch (alert.phase) {
            case REACHED -> reached(alert);
            case AUDIENCE -> audience(alert);
            case LATER -> later(alert);
        };
    }

    private Chunk reached(Open alert) {
        List<ReachedPeople.Person> page = people.after(alert.follows, alert.cursor, alert.chunk());
        List<ReachedPeople.Person> persons = alert.isPart ? parts.whomItTells(alert.id, page) : page;
        List<Long> later = new ArrayList<>(alert.later);
        persons.stream().filter(ReachedPeople.Person::isOpen).forEach(person -> later.add(person.id()));
        List<Target> targets = people.targets(
                persons.stream().filter(person -> !person.isOpen()).toList(), alert.onlyReached);
        return new Chunk(
                targets,
                page.isEmpty() ? alert.cursor : page.get(page.size() - 1).id(),
                page.size() < alert.chunk(),
                later);
    }

    private Chunk audience(Open alert) {
        List<Member> members = directory.members(Objects.requireNonNull(alert.audience), alert.cursor, alert.chunk());
        Set<Long> others = new HashSet<>(alert.later);
        if (!alert.follows.isEmpty()) {
            Long[] ids = members.stream().map(Member::personId).toArray(Long[]::new);
            others.addAll(jdbc.queryForList(PLANNED_ALREADY, Long.class, alert.id, ids));
        }
        return new Chunk(
                members.stream()
                        .filter(member -> !others.contains(member.personId()))
                        .map(Target::of)
                        .toList(),
                members.isEmpty()
                        ? alert.cursor
                        : members.get(members.size() - 1).personId(),
                members.size() < alert.chunk(),
                alert.later);
    }

    /** Those whose message has its answer by now. Who did not get it is told only as one of the audience. */
    private Chunk later(Open alert) {
        List<ReachedPeople.Person> persons = people.of(alert.follows, alert.later);
        List<ReachedPeople.Person> settled =
                persons.stream().filter(person -> !person.isOpen()).toList();
        List<Target> targets = new ArrayList<>(people.targets(settled, alert.onlyReached));
        if (!alert.onlyReached) {
            Audience audience = Objects.requireNonNull(alert.audience);
            for (ReachedPeople.Person person : settled) {
                if (!person.isReached()) {
                    directory.members(audience, person.id() - 1, 1).stream()
                            .filter(member -> member.personId() == person.id())
                            .forEach(member -> targets.add(Target.of(member)));
                }
            }
        }
        List<Long> still = persons.stream()
                .filter(ReachedPeople.Person::isOpen)
                .map(ReachedPeople.Person::id)
                .toList();
        return new Chunk(targets, 0, still.isEmpty(), still);
    }

    static @Nullable Audience read(@Nullable String json) {
        try {
            return json == null ? null : LedgerJson.MAPPER.readValue(json, Audience.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the audience stored with the alert cannot be read", e);
        }
    }
}
