package org.tocsin.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.tocsin.simulator.Sent;

/** What a person sees of an alert's instruction, whose event goes out on all three channels at once. */
public final class EveryChannel {
    private static final Duration LONG = Duration.ofSeconds(60);

    private EveryChannel() {}

    /** One message on each, and the text in it literally. */
    public static void shows(Person person, String text) {
        shows(person, text, text);
    }

    /**
     * The same, of a text that is not only printable.
     *
     * @param onOneLine as a parameter of a template holds it
     * @param onLines as texts of several lines hold it
     */
    public static void shows(Person person, String onOneLine, String onLines) {
        await().atMost(LONG).until(() -> !person.whatsApp().isEmpty());
        await().atMost(LONG).until(() -> !person.sms().isEmpty());
        await().atMost(LONG).until(() -> !person.mail().isEmpty());
        assertThat(person.whatsApp()).singleElement().satisfies(sent -> assertThat(sent.params())
                .containsEntry("instruction", onOneLine));
        assertThat(person.sms()).singleElement().satisfies(sent -> assertThat(text(sent))
                .contains("\n" + onLines + "\n"));
        assertThat(person.mail()).singleElement().satisfies(sent -> assertThat(text(sent))
                .contains("\n" + onLines + "\n"));
    }

    private static String text(Sent sent) {
        return sent.text().replace("\r\n", "\n");
    }
}
