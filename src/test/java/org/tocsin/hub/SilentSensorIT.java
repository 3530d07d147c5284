package org.tocsin.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tocsin.feed.GdacsDay;
import org.tocsin.simulator.SimulatorSettings;
import org.tocsin.testing.Cap;
import org.tocsin.testing.FeedServer;
import org.tocsin.testing.HostileSenders;
import org.tocsin.testing.Hub;
import org.tocsin.testing.Person;
import org.tocsin.testing.Relay;

/** What is not heard any more, a sensor, a feed or a mailbox, is on the phone of who is on duty, once; so is its return. */
class SilentSensorIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final FeedServer feed = new FeedServer();
    private static GreenMail mails;
    private static Relay line;
    private static Hub hub;
    /** On duty from the start: what is silent from then on is told once. */
    private static Person always;

    @BeforeAll
    static void start() {
        feed.put("/gdacs.xml", "application/rss+xml", new GdacsDay().build(0));
        mails = new GreenMail(new ServerSetup(0, "127.0.0.1", "imap").dynamicPort());
        mails.start();
        mails.setUser("alerts@hub.example.org", "hub", "mailbox-password-of-the-tests");
        line = new Relay(mails.getImap().getPort());
        hub = Hub.start(
                SimulatorSettings.defaults(),
                "--tocsin.intake.sensors=src/test/resources/sensors/heartbeat.yaml",
                "--tocsin.intake.expect-every.feed-never=20s",
                "--tocsin.intake.expect-every.feed-gdacs=5s",
                "--tocsin.intake.expect-every.api=5s",
                "--tocsin.intake.expect-every[hook:tool]=5s",
                "--tocsin.feeds.gdacs.url=" + feed.url("/gdacs.xml"),
                "--tocsin.feeds.gdacs.period=300ms",
                "--tocsin.feeds.gdacs.internal-hosts=127.0.0.1",
                "--tocsin.intake.expect-every.mail-alerts=5s",
                "--tocsin.mail-in.alerts.host=127.0.0.1",
                "--tocsin.mail-in.alerts.port=" + line.port(),
                "--tocsin.mail-in.alerts.protocol=imap",
                "--tocsin.mail-in.alerts.username=hub",
                "--tocsin.mail-in.alerts.password=mailbox-password-of-the-tests",
                "--tocsin.mail-in.starttls=false",
                "--tocsin.mail-in.timeout-ms=1000",
                "--tocsin.mail-in.poll-ms=300",
                "--tocsin.duty.group=tests");
        always = Person.of(hub, "en", "sms");
    }

    @AfterAll
    static void stop() {
        hub.close();
        line.close();
        mails.stop();
        feed.close();
    }

    @Test
    void whoIsOnDutyLearnsOfASilentSensorOnceAndOfItsReturn() throws Exception {
        Person duty = Person.of(hub, "en", "sms");
        HostileSenders sensor = new HostileSenders(hub, "nothing");
        sensor.mqtt("sensors/roof/pulse-1", "{\"level\": 1}");

        await().atMost(LONG).until(() -> said(duty, "pulse-1 of sensor:pulse", "is silent") == 1);
        await().atMost(LONG).until(() -> said(always, "feed-never", "is silent") == 1);
        assertThat(said(duty, "pulse-1 of sensor:pulse", "is silent")).isEqualTo(1);

        sensor.mqtt("sensors/roof/pulse-1", "{\"level\": 1}");
        await().atMost(LONG).until(() -> said(duty, "pulse-1 of sensor:pulse", "is heard again") == 1);
        await().atMost(LONG).until(() -> said(duty, "pulse-1 of sensor:pulse", "is silent") == 2);
        assertThat(said(always, "feed-never", "is silent")).isEqualTo(1);
    }

    /** Each is well while nothing comes of it: that it can be read is what counts. */
    @Test
    void whoIsOnDutyLearnsOfASilentFeedAndOfASilentMailboxAndOfTheirReturn() {
        Person duty = Person.of(hub, "en", "sms");
        feed.remove("/gdacs.xml");
        await().atMost(LONG).until(() -> said(duty, "feed-gdacs", "is silent") == 1);
        feed.put("/gdacs.xml", "application/rss+xml", new GdacsDay().build(1));
        await().atMost(LONG).until(() -> said(duty, "feed-gdacs", "is heard again") == 1);

        line.freeze(true);
        await().atMost(LONG).until(() -> said(duty, "mail-alerts", "is silent") == 1);
        line.freeze(false);
        await().atMost(LONG).until(() -> said(duty, "mail-alerts", "is heard again") == 1);
        assertThat(said(duty, "feed-gdacs", "is silent")).isEqualTo(1);
    }

    /** Whatever they say: of one it is an alert, of the other it is what nobody has configured. */
    @Test
    void whoIsOnDutyLearnsOfCallersThatPostNothingMoreAndOfTheirReturn() {
        Person duty = Person.of(hub, "en", "sms");
        post();
        await().atMost(LONG).until(() -> said(duty, "api (last heard", "is silent") >= 1);
        await().atMost(LONG).until(() -> said(duty, "hook:tool (last heard", "is silent") >= 1);
        // They may have been silent before they were heard first.
        long api = said(duty, "api (", "is heard again");
        long tool = said(duty, "hook:tool (", "is heard again");

        post();

        await().atMost(LONG).until(() -> said(duty, "api (", "is heard again") == api + 1);
        await().atMost(LONG).until(() -> said(duty, "hook:tool (", "is heard again") == tool + 1);
    }

    private static void post() {
        assertThat(hub.postAlert(Cap.alert("Flood", "p01")).statusCode()).isEqualTo(202);
        assertThat(hub.post("/hooks/tool", Hub.TRIGGER_KEY, "application/json", "{\"x\": 1}")
                        .statusCode())
                .isEqualTo(422);
    }

    /** The gauge says nothing more, as one that is under water by then. */
    @Test
    void oneReadingThatNothingFollowsIsToldOnceAfterItsHoldTime() throws Exception {
        Person person = Person.of(hub, "en", "sms");
        long before = System.nanoTime();
        new HostileSenders(hub, "nothing").mqtt("sensors/roof/held-1", "{\"level\": 5}");

        await().atMost(LONG).until(() -> said(person, "Held at held-1", "") == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(2));
        await().during(Duration.ofSeconds(2)).atMost(LONG).until(() -> said(person, "Held at held-1", "") == 1);
    }

    /** Several at once are one notice, of which the details name them. */
    private static long said(Person person, String who, String what) {
        return person.sms().stream()
                .filter(sms -> sms.text().contains(who)
                        && (sms.text().contains(what) || sms.text().contains(what.replace("is ", "are "))))
                .count();
    }
}
