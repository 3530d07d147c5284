package org.tocsin.testing;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.tocsin.simulator.Sent;

/** Somebody of a test's own, so that tests on one hub never meet: put into the hub's directory when made. */
public record Person(Hub hub, String id, String phone, String email) {
    private static final AtomicInteger NEXT = new AtomicInteger(1);

    /** Reachable by WhatsApp, SMS and e-mail. */
    public static Person of(Hub hub) {
        return of(hub, "en", "whatsapp;sms;email");
    }

    public static Person of(Hub hub, String language, String optIn) {
        return of(hub, language, optIn, "tests", ",");
    }

    /**
     * @param groups separated by {@code ;}
     * @param place {@code latitude,longitude}, or {@code ","}
     */
    public static Person of(Hub hub, String language, String optIn, String groups, String place) {
        int n = NEXT.getAndIncrement();
        // 06 39 98 xx xx is the range that France keeps for fiction.
        Person person = new Person(
                hub, "t%04d".formatted(n), "+3363998%04d".formatted(n), "t%04d@people.example.org".formatted(n));
        TestContacts.add(hub, person, language, optIn, groups, place);
        return person;
    }

    /** The same at another number, such as one of another country. */
    public static Person at(Hub hub, String phone, String language, String optIn) {
        int n = NEXT.getAndIncrement();
        Person person = new Person(hub, "t%04d".formatted(n), phone, "t%04d@people.example.org".formatted(n));
        TestContacts.add(hub, person, language, optIn, "tests", ",");
        return person;
    }

    public List<Sent> whatsApp() {
        return hub.simulator.whatsApp().journal().messagesTo(phone);
    }

    public List<Sent> sms() {
        return hub.simulator.smsc().journal().messagesTo(phone);
    }

    public List<Sent> mail() {
        return hub.simulator.mail().journal().messagesTo(email);
    }

    /** What the phone shows, whatever the provider answered. */
    public long whatsAppsOnPhone() {
        return whatsApp().stream().filter(Sent::onPhone).count();
    }

    public long smsOnPhone() {
        return sms().stream().filter(Sent::onPhone).count();
    }

    public long mailsInBox() {
        return mail().stream().filter(Sent::onPhone).count();
    }
}
