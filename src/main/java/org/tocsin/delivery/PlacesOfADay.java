package org.tocsin.delivery;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.tocsin.directory.Address;

/** What is left of the people whom WhatsApp may write to in 24 h, for whoever asks before sending: nothing is reserved. */
@Component
public class PlacesOfADay {
    /** The one channel with such a limit. */
    public static final String CHANNEL = "whatsapp";

    private final JdbcTemplate jdbc;
    private final Portfolio limits;

    PlacesOfADay(
            JdbcTemplate jdbc,
            @Value("${tocsin.whatsapp.people-per-day:0}") int peoplePerDay,
            @Value("${tocsin.whatsapp.reserved-share:0.2}") double reservedShare) {
        this.jdbc = jdbc;
        this.limits = new Portfolio(peoplePerDay, reservedShare);
    }

    /** 0: no limit. */
    public int perDay() {
        return limits.peoplePerDay();
    }

    /** Places that an alert of this lane may use, before those are taken off who have one. */
    public int of(int lane) {
        return limits.places(lane);
    }

    /** People who have a place now. */
    public int used() {
        Integer used = jdbc.queryForObject("""
                select coalesce((select people from portfolio where name = ?), 0)
                    - (select count(*)::int from portfolio_person where portfolio = ? and until <= clock_timestamp())""", Integer.class, CHANNEL, CHANNEL);
        return used == null ? 0 : used;
    }

    /** Those of the addresses that take no new place. */
    public Set<Address> counted(Collection<Address> addresses) {
        Long[] people = addresses.stream().map(PeopleOfADay::person).toArray(Long[]::new);
        List<Long> found = jdbc.queryForList(
                "select person from portfolio_person"
                        + " where portfolio = ? and person = any (?::bigint[]) and until > clock_timestamp()",
                Long.class,
                CHANNEL,
                people);
        Set<Long> known = new HashSet<>(found);
        Set<Address> counted = new HashSet<>();
        addresses.stream()
                .filter(address -> known.contains(PeopleOfADay.person(address)))
                .forEach(counted::add);
        return counted;
    }
}
