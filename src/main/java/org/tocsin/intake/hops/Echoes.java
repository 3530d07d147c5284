package org.tocsin.intake.hops;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.IntakeUnavailable;
import org.tocsin.intake.Submission;
import org.tocsin.intake.http.CloudEvent;

/**
 * Events of this hub that come back to it: a topic that it publishes to and reads, a tool that sends on what it is told,
 * another hub that alerts by them. None of them raises an alert, or the two would raise alerts for ever.
 */
public final class Echoes {
    private static final byte[] MARK = Submission.VIA.getBytes(StandardCharsets.US_ASCII);

    private final LedgerName ledger;
    private final JdbcTemplate jdbc;

    public Echoes(LedgerName ledger, JdbcTemplate jdbc) {
        this.ledger = ledger;
        this.jdbc = jdbc;
    }

    /** The answer to such an event, which is recorded; null for all else. Before it is read: it may be poison to us. */
    public @Nullable IntakeResult ignored(Submission submission) {
        Map<String, String> attributes = attributes(submission);
        if (attributes.isEmpty()) {
            return null;
        }
        try {
            if (!ledger.knows(
                    attributes.get(Submission.CLOUD_EVENT + "source"),
                    attributes.get(Submission.CLOUD_EVENT + Submission.VIA))) {
                return null;
            }
            jdbc.update(
                    "insert into journal (what, detail) values ('echo-ignored', ?)",
                    "source=" + submission.source().replaceAll("[^A-Za-z0-9:_-]", "?"));
        } catch (DataAccessException away) {
            throw new IntakeUnavailable("the ledger cannot be asked now");
        }
        return new IntakeResult.Silent("it is an event of this hub, which came back");
    }

    /** The hubs that led to a submission, or null. */
    public static @Nullable String via(Submission submission) {
        return attributes(submission).get(Submission.CLOUD_EVENT + Submission.VIA);
    }

    /** Those of the envelope, where the source did not take it off; only an event of a hub carries the mark. */
    private static Map<String, String> attributes(Submission submission) {
        if (submission.attributes().containsKey(Submission.CLOUD_EVENT + "source")) {
            return submission.attributes();
        }
        CloudEvent event = contains(submission.payload()) ? CloudEvent.structured(submission.payload()) : null;
        return event == null ? Map.of() : event.attributes();
    }

    private static boolean contains(byte[] payload) {
        next:
        for (int at = 0; at <= payload.length - MARK.length; at++) {
            for (int i = 0; i < MARK.length; i++) {
                if (payload[at + i] != MARK[i]) {
                    continue next;
                }
            }
            return true;
        }
        return false;
    }
}
