package org.tocsin.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.tocsin.directory.AreaCondition.Sql;

/**
 * Statements that yield the {@code person_id}s of an audience, page by page, without a list kept anywhere. A page costs
 * the same at the end as at the start:
 *
 * <ul>
 *   <li>groups are walked in the order of their index (group, person), very many of them in the order of persons;
 *   <li>an area with few contacts round it is looked up by position each time;
 *   <li>a larger area is walked in the order of persons, so that all pages together read each contact once.
 * </ul>
 */
final class PersonPages {
    /** Contacts in the boxes round an area from which on the walk is cheaper than testing all of them for each page. */
    static final int FEW = 5_000;

    private final JdbcClient jdbc;
    private final int few;

    /** @param few {@link #FEW}, but for tests */
    PersonPages(JdbcClient jdbc, int few) {
        this.jdbc = jdbc;
        this.few = few;
    }

    /** All persons, some perhaps repeated; empty for nobody. */
    Optional<Sql> all(Audience audience) {
        if (isNobody(audience)) {
            return Optional.empty();
        }
        if (isByArea(audience)) {
            Sql inside = new AreaCondition(audience).byIndex();
            return Optional.of(new Sql(
                    "select c.person_id from contact c where c.active and " + inside.text(), inside.parameters()));
        }
        Sql where = restriction(audience);
        List<Object> parameters = new ArrayList<>();
        parameters.add(SqlArray.text(audience.groups()));
        parameters.addAll(where.parameters());
        parameters.add(SqlArray.text(audience.contacts()));
        parameters.addAll(where.parameters());
        return Optional.of(new Sql(
                "select c.person_id from contact_group g join contact c on c.id = g.contact_id"
                        + " where g.group_name = any(?) and c.active" + where.text()
                        + " union all select c.person_id from contact c where c.ext_id = any(?) and c.active"
                        + where.text(),
                parameters));
    }

    /** The next persons, each once, in ascending order; empty for nobody. */
    Optional<Sql> after(Audience audience, long person, int limit) {
        if (isNobody(audience)) {
            return Optional.empty();
        }
        return Optional.of(isByArea(audience) ? inArea(audience, person, limit) : named(audience, person, limit));
    }

    private static boolean isNobody(Audience audience) {
        boolean noArea = audience.polygons().isEmpty() && audience.circles().isEmpty();
        boolean noWords = audience.groups().isEmpty() && audience.contacts().isEmpty();
        return audience.reason() != null || (audience.restrictToArea() ? noArea || noWords : noArea && noWords);
    }

    private static boolean isByArea(Audience audience) {
        return audience.groups().isEmpty() && audience.contacts().isEmpty();
    }

    private Sql named(Audience audience, long person, int limit) {
        Sql where = restriction(audience);
        Sql inGroups = isSpread(audience, person, limit)
                ? inGroupsByWalk(audience, person, limit, where)
                : inGroupsByIndex(audience, person, limit, where);
        List<Object> parameters = new ArrayList<>(inGroups.parameters());
        parameters.add(SqlArray.text(audience.contacts()));
        parameters.add(person);
        parameters.addAll(where.parameters());
        parameters.add(limit);
        return new Sql(
                "select person_id from ((" + inGroups.text() + ") union select c.person_id from contact c"
                        + " where c.ext_id = any(?) and c.active and c.person_id > ?" + where.text()
                        + ") u order by person_id limit ?",
                parameters);
    }

    /** The next persons of each group, of which the first are kept. */
    private static Sql inGroupsByIndex(Audience audience, long person, int limit, Sql where) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(SqlArray.text(audience.groups()));
        parameters.add(person);
        parameters.addAll(where.parameters());
        parameters.add(limit);
        return new Sql(
                "select m.person_id from unnest(?) as n(group_name) cross join lateral ("
                        + "select distinct g.person_id from contact_group g"
                        + " where g.group_name = n.group_name and g.person_id > ?"
                        + " and exists (select from contact c where c.id = g.contact_id and c.active" + where.text()
                        + ") order by g.person_id limit ?) m",
                parameters);
    }

    private static Sql inGroupsByWalk(Audience audience, long person, int limit, Sql where) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(person);
        parameters.addAll(where.parameters());
        parameters.add(SqlArray.text(audience.groups()));
        parameters.add(limit);
        // the offset keeps the planner from joining all members first, the || from one look-up for each group's name
        return new Sql(
                "select distinct c.person_id from contact c where c.person_id > ? and c.active" + where.text()
                        + " and exists (select from contact_group g"
                        + " where g.contact_id = c.id and g.group_name || '' = any(?) offset 0)"
                        + " order by c.person_id limit ?",
                parameters);
    }

    /** Many groups with many members: the next persons of each would be read for each page, and most thrown away. */
    private boolean isSpread(Audience audience, long person, int limit) {
        long many = 4L * few;
        return (long) audience.groups().size() * limit > many
                && jdbc.sql("select count(*) from (select from contact_group"
                                        + " where group_name = any(?) and person_id > ? limit ?) as found")
                                .param(SqlArray.text(audience.groups()))
                                .param(person)
                                .param(many)
                                .query(Long.class)
                                .single()
                        >= many;
    }

    private static Sql restriction(Audience audience) {
        if (!audience.restrictToArea()) {
            return new Sql("", List.of());
        }
        Sql inside = new AreaCondition(audience).byWalk();
        return new Sql(" and " + inside.text(), inside.parameters());
    }

    private Sql inArea(Audience audience, long person, int limit) {
        AreaCondition area = new AreaCondition(audience);
        List<Object> parameters = new ArrayList<>();
        if (isFew(area)) {
            Sql inside = area.byIndex();
            parameters.addAll(inside.parameters());
            parameters.add(person);
            parameters.add(limit);
            return new Sql(
                    "with inside as materialized (select c.person_id from contact c where c.active and "
                            + inside.text() + ") select distinct person_id from inside"
                            + " where person_id > ? order by person_id limit ?",
                    parameters);
        }
        Sql inside = area.byWalk();
        parameters.add(person);
        parameters.addAll(inside.parameters());
        parameters.add(limit);
        return new Sql(
                "select distinct c.person_id from contact c where c.person_id > ? and c.active and " + inside.text()
                        + " order by c.person_id limit ?",
                parameters);
    }

    private boolean isFew(AreaCondition area) {
        Sql candidates = area.candidates();
        List<Object> parameters = new ArrayList<>(candidates.parameters());
        parameters.add(few);
        return jdbc.sql("select count(*) from (select from contact c where c.active and " + candidates.text()
                                + " limit ?) as found")
                        .params(parameters)
                        .query(Integer.class)
                        .single()
                < few;
    }
}
