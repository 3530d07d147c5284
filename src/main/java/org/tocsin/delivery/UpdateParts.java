package org.tocsin.delivery;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.delivery.ReachedPeople.Person;
import org.tocsin.directory.Audience;
import org.tocsin.directory.Directory;

/**
 * The parts of an Update that speaks of several places or times. Who had what it follows is told by the part that is for
 * where he is, and not by those for other towns; whom no part is for must still learn that what he had no longer holds, and
 * is told by the first part that goes out.
 */
final class UpdateParts {
    /** In the order of the Update: its parts became rows one after the other, in one transaction. */
    private static final String PARTS = """
            select o.id, o.audience, o.state not in ('RECORDED', 'REJECTED', 'CANCELLED'),
                o.state not in ('RECORDED', 'REJECTED', 'CANCELLED', 'HELD', 'PENDING_APPROVAL')
            from alert a join alert o on o.part_of = a.part_of and o.site = a.site and o.sender = a.sender and o.sent = a.sent
            where a.id = ? order by o.id""";

    private static final String TOLD_ELSEWHERE =
            "select person_id from recipient where alert_id = any (?::bigint[]) and person_id = any (?::bigint[])";

    /**
     * @param counts whether its people are told by it, perhaps once a person has decided
     * @param goesOut whether nobody needs to decide
     */
    private record Part(long id, @Nullable Audience audience, boolean counts, boolean goesOut) {}

    private final JdbcTemplate jdbc;
    private final Directory directory;

    UpdateParts(JdbcTemplate jdbc, Directory directory) {
        this.jdbc = jdbc;
        this.directory = directory;
    }

    List<Person> whomItTells(long alert, List<Person> persons) {
        if (persons.isEmpty()) {
            return persons;
        }
        List<Part> parts = jdbc.query(
                PARTS,
                (row, n) -> new Part(
                        row.getLong(1), PlanChunks.read(row.getString(2)), row.getBoolean(3), row.getBoolean(4)),
                alert);
        Long[] ids = persons.stream().map(Person::id).toArray(Long[]::new);
        Set<Long> own = new HashSet<>();
        Set<Long> elsewhere = new HashSet<>();
        for (Part part : parts) {
            if (part.audience() != null && (part.id() == alert || part.counts())) {
                (part.id() == alert ? own : elsewhere).addAll(directory.among(part.audience(), Arrays.asList(ids)));
            }
        }
        Long[] others = parts.stream().map(Part::id).filter(id -> id != alert).toArray(Long[]::new);
        elsewhere.addAll(jdbc.queryForList(TOLD_ELSEWHERE, Long.class, others, ids));
        boolean first =
                parts.stream().filter(Part::goesOut).mapToLong(Part::id).min().orElse(alert) == alert;
        return persons.stream()
                .filter(person -> own.contains(person.id()) || first && !elsewhere.contains(person.id()))
                .toList();
    }
}
