package org.tocsin.cost;

import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tocsin.delivery.Outlook.Person;
import org.tocsin.delivery.PlacesOfADay;
import org.tocsin.directory.Address;
import org.tocsin.directory.Directory;
import org.tocsin.message.Rendered;

/** One estimate while it is being made. */
final class Reckoning {
    private final Directory directory;
    private final PlacesOfADay places;
    private final Prices prices;
    private final LocalDate day;

    private final Map<String, Long> languages = new TreeMap<>();
    private final Map<String, Long> firstMessages = new TreeMap<>();
    private final Map<String, Estimate.Segments> sms = new TreeMap<>();
    private final Bill first = Bill.priced();
    private final Bill worst = Bill.priced();
    private final int used;
    private int taken;
    private int mostPlaces;
    private long people;
    private long unreachable;
    private long wanted;
    private long overflow;

    Reckoning(Directory directory, PlacesOfADay places, Prices prices, LocalDate day) {
        this.directory = directory;
        this.places = places;
        this.prices = prices;
        this.day = day;
        this.used = places.perDay() > 0 ? places.used() : 0;
    }

    /** The people of one page, with their addresses. */
    private record Page(Map<String, Map<Long, List<Address>>> addresses, Set<Address> counted, Texts texts, int lane) {
        List<Address> of(String channel, Person person) {
            return addresses.getOrDefault(channel, Map.of()).getOrDefault(person.id(), List.of());
        }
    }

    void add(List<Person> persons, Texts texts, int lane) {
        mostPlaces = Math.max(mostPlaces, places.of(lane));
        Page page = page(persons, texts, lane);
        for (Person person : persons) {
            people++;
            languages.merge(texts.language(person.language()), 1L, Long::sum);
            if (person.rungs().isEmpty()) {
                unreachable++;
            }
            first(person, page);
            person.rungs().stream().flatMap(List::stream).forEach(channel -> page.of(channel, person)
                    .forEach(address -> charge(worst, channel, address, person, page)));
        }
    }

    private Page page(List<Person> persons, Texts texts, int lane) {
        Map<String, Set<Long>> ids = new HashMap<>();
        for (Person person : persons) {
            person.rungs().stream().flatMap(List::stream).forEach(channel -> ids.computeIfAbsent(
                            channel, key -> new HashSet<>())
                    .add(person.id()));
        }
        Map<String, Map<Long, List<Address>>> addresses = new HashMap<>();
        ids.forEach((channel, some) -> addresses.put(channel, directory.addresses(channel, some)));
        List<Address> whatsApp = addresses.getOrDefault(PlacesOfADay.CHANNEL, Map.of()).values().stream()
                .flatMap(Collection::stream)
                .toList();
        boolean limited = places.perDay() > 0 && !whatsApp.isEmpty();
        return new Page(addresses, limited ? places.counted(whatsApp) : Set.of(), texts, lane);
    }

    /** The first rung on which a message can leave. */
    private void first(Person person, Page page) {
        for (List<String> rung : person.rungs()) {
            boolean sent = false;
            for (String channel : rung) {
                List<Address> addresses = page.of(channel, person);
                if (!addresses.isEmpty() && hasPlace(channel, addresses.get(0), page)) {
                    sent = true;
                    firstMessages.merge(channel, 1L, Long::sum);
                    charge(first, channel, addresses.get(0), person, page);
                    countSegments(channel, person, page);
                }
            }
            if (sent) {
                return;
            }
        }
    }

    /** In the order in which people are planned, as the claims give the places away. */
    private boolean hasPlace(String channel, Address address, Page page) {
        if (places.perDay() == 0
                || !channel.equals(PlacesOfADay.CHANNEL)
                || page.counted().contains(address)) {
            return true;
        }
        wanted++;
        if (used + taken < places.of(page.lane())) {
            taken++;
            return true;
        }
        overflow++;
        return false;
    }

    private void countSegments(String channel, Person person, Page page) {
        if (channel.equals(Tariff.SMS)) {
            Rendered.SmsText text = page.texts().sms(person.language());
            sms.merge(
                    text.gsm7() ? "GSM-7" : "UCS-2",
                    new Estimate.Segments(1, text.segments()),
                    (one, other) -> new Estimate.Segments(
                            one.messages() + other.messages(), one.segments() + other.segments()));
        }
    }

    private void charge(Bill bill, String channel, Address address, Person person, Page page) {
        String country = country(channel, address.text());
        String category = page.texts().category(channel, person.language());
        int units =
                channel.equals(Tariff.SMS) ? page.texts().sms(person.language()).segments() : 1;
        bill.add(channel, country, category, null, prices.of(country, channel, category, day), units);
    }

    /** What is no number has no country. */
    static @Nullable String country(String channel, String address) {
        return channel.equals(Tariff.EMAIL) || address.indexOf('@') >= 0 ? null : CallingRegion.of(address);
    }

    Estimate estimate() {
        Estimate.Places whatsApp = places.perDay() == 0
                ? null
                : new Estimate.Places(places.perDay(), Math.max(0, mostPlaces - used), wanted, overflow);
        return new Estimate(
                people, unreachable, languages, firstMessages, whatsApp, sms, first.statement(), worst.statement());
    }
}
