package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tocsin.delivery.ReachedPeople.Person;
import org.tocsin.delivery.ReachedPeople.Sent;

/** Who got an alert, or may still get it, and on which channel. */
class ReachedPeopleTest {
    private static final List<String> USABLE = List.of("email", "sms", "whatsapp");

    @ParameterizedTest(name = "{0}: reached {1}, on {2}, worth trying {3}")
    @CsvSource({
        "whatsapp DELIVERED, true, whatsapp, email sms whatsapp",
        "whatsapp READ, true, whatsapp, email sms whatsapp",
        "whatsapp ACCEPTED, true, whatsapp, email sms whatsapp",
        "whatsapp HELD, true, whatsapp, email sms whatsapp",
        "whatsapp SENT, true, whatsapp, email sms whatsapp",
        "whatsapp UNCONFIRMED, true, whatsapp, email sms whatsapp",
        "whatsapp QUEUED, false, , email sms whatsapp",
        "whatsapp SUPPRESSED, false, , email sms whatsapp",
        "whatsapp THROTTLED, false, , email sms whatsapp",
        "whatsapp UNREACHABLE, false, , email sms whatsapp",
        "whatsapp CHANNEL_DOWN, false, , email sms whatsapp",
        "whatsapp REJECTED, false, , email sms",
        "whatsapp FAILED, false, , email sms",
        "whatsapp REJECTED; sms DELIVERED, true, sms, email sms",
        "whatsapp SENT; sms DELIVERED, true, sms, email sms whatsapp",
        "whatsapp DELIVERED; sms ACCEPTED, true, whatsapp, email sms whatsapp",
        "whatsapp SENT; sms SENT; email ACCEPTED, true, email, email sms whatsapp",
        "whatsapp UNCONFIRMED; sms ACCEPTED, true, sms, email sms whatsapp",
        "whatsapp ACCEPTED; sms UNCONFIRMED, true, whatsapp, email sms whatsapp",
        "whatsapp REJECTED; whatsapp DELIVERED, true, whatsapp, email sms whatsapp",
        "whatsapp REJECTED; sms FAILED; email ACCEPTED, true, email, email",
        "whatsapp REJECTED; sms FAILED; email REJECTED, false, , email sms whatsapp"
    })
    void whoHasItAndWhere(String sent, boolean reached, String channel, String worth) {
        Person person = person(sent);
        assertThat(person.isReached()).isEqualTo(reached);
        assertThat(person.channel()).isEqualTo(channel);
        assertThat(person.worthTrying(USABLE)).containsExactly(worth.split(" "));
    }

    @ParameterizedTest
    @EnumSource(AttemptState.class)
    void whatAHubHasTakenIsSettledInAMoment(AttemptState state) {
        assertThat(new Person(1, "en", List.of(new Sent("sms", state, true))).isOpen())
                .isTrue();
        assertThat(new Person(1, "en", List.of(new Sent("sms", state, false))).isOpen())
                .isFalse();
    }

    private static Person person(String sent) {
        return new Person(
                1,
                "en",
                Arrays.stream(sent.split("; "))
                        .map(one -> one.split(" "))
                        .map(one -> new Sent(one[0], AttemptState.valueOf(one[1]), false))
                        .toList());
    }
}
