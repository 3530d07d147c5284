package org.tocsin.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.ReachedPeople.Target;
import org.tocsin.directory.Audience;
import org.tocsin.directory.Directory;
import org.tocsin.directory.Member;

/**
 * Whom an alert would be for that nobody has accepted yet, and by which ways. Read as the {@link Planner} reads them, page
 * by page, each page by itself: no snapshot is held meanwhile, which would make the claims crawl over dead rows.
 */
@Component
public class Outlook {
    private static final int PAGE = 1_000;

    private final Directory directory;
    private final ReachedPeople reached;

    Outlook(JdbcTemplate jdbc, Directory directory) {
        this.directory = directory;
        this.reached = new ReachedPeople(jdbc, directory);
    }

    /**
     * What of an alert's row says whom it is for.
     *
     * @param onlyReached nobody but those who got what it follows
     * @param follows the alerts whose people it tells, too
     */
    public record Terms(@Nullable String audience, String ladder, boolean onlyReached, List<Long> follows) {}

    /** @param rungs those that the person has a channel for, in turn; of each the channels; none: nothing reaches them */
    public record Person(long id, String language, List<List<String>> rungs) {}

    /** Each person once. */
    public void forEachPage(Terms terms, Consumer<List<Person>> page) {
        Ladder ladder = ladder(terms.ladder());
        if (!terms.follows().isEmpty()) {
            forThoseReached(terms, ladder, page);
        }
        Audience audience = terms.onlyReached() ? null : PlanChunks.read(terms.audience());
        if (audience == null || audience.reason() != null) {
            return;
        }
        List<Member> members = directory.members(audience, 0, PAGE);
        while (!members.isEmpty()) {
            Set<Long> before = told(terms, members);
            page.accept(members.stream()
                    .filter(member -> !before.contains(member.personId()))
                    .map(member -> person(Target.of(member), ladder))
                    .toList());
            members =
                    directory.members(audience, members.get(members.size() - 1).personId(), PAGE);
        }
    }

    private void forThoseReached(Terms terms, Ladder ladder, Consumer<List<Person>> page) {
        List<ReachedPeople.Person> people = reached.after(terms.follows(), 0, PAGE);
        while (!people.isEmpty()) {
            page.accept(reached.targets(people, terms.onlyReached()).stream()
                    .map(target -> person(target, ladder))
                    .toList());
            people =
                    reached.after(terms.follows(), people.get(people.size() - 1).id(), PAGE);
        }
    }

    /** Those of them who were among the reached. */
    private Set<Long> told(Terms terms, List<Member> members) {
        return terms.follows().isEmpty()
                ? Set.of()
                : reached
                        .of(
                                terms.follows(),
                                members.stream().map(Member::personId).toList())
                        .stream()
                        .filter(ReachedPeople.Person::isReached)
                        .map(ReachedPeople.Person::id)
                        .collect(Collectors.toCollection(HashSet::new));
    }

    private static Person person(Target target, Ladder ladder) {
        List<List<String>> rungs = ladder.startingWith(target.firstChannel()).rungs().stream()
                .map(rung -> rung.channels().stream()
                        .filter(target.channels()::contains)
                        .toList())
                .filter(channels -> !channels.isEmpty())
                .toList();
        return new Person(target.personId(), target.language(), rungs);
    }

    private static Ladder ladder(String json) {
        try {
            return Objects.requireNonNull(LedgerJson.MAPPER.readValue(json, Ladder.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a ladder that the hub wrote cannot be read", e);
        }
    }
}
