package org.tocsin.intake.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.testing.TestDatabase;

/** One hub at a time reads a mailbox, and another one when it is gone. */
class MailboxLeasesTest {
    private static final TestDatabase database = TestDatabase.fresh();

    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final MailboxLeases one = new MailboxLeases(jdbc, "one");
    private final MailboxLeases other = new MailboxLeases(jdbc, "other");

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void ofSeveralHubsOneReadsAMailboxAndKeepsItWhileItGoesOn() {
        assertThat(one.claim("mail-a")).isTrue();
        assertThat(other.claim("mail-a")).isFalse();
        assertThat(other.claim("mail-b")).as("another mailbox").isTrue();
        assertThat(one.claim("mail-a")).isTrue();
    }

    @Test
    void aHubThatStopsLetsAnotherReadAtOnce() {
        one.claim("mail-c");
        other.release("mail-c");
        assertThat(other.claim("mail-c")).as("only its owner can give it back").isFalse();
        one.release("mail-c");
        assertThat(other.claim("mail-c")).isTrue();
        assertThat(one.claim("mail-c")).isFalse();
    }

    @Test
    void aHubThatSaysNothingMoreIsFollowedWhenItsLeaseHasRunOut() {
        one.claim("mail-d");
        jdbc.update("update mailbox_lease set until = until - interval '19 seconds' where mailbox = 'mail-d'");
        assertThat(other.claim("mail-d")).isFalse();
        jdbc.update("update mailbox_lease set until = until - interval '1 second' where mailbox = 'mail-d'");
        assertThat(other.claim("mail-d")).isTrue();
        assertThat(one.claim("mail-d")).as("it comes back too late").isFalse();
    }
}
