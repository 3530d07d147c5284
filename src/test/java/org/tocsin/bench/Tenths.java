package org.tocsin.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/** Whether a large fan-out is as fast at its end as at its start, and a claim too. */
final class Tenths {
    /** Below that a tenth is too short to say anything. */
    private static final int MANY = 100_000;

    /** What a claim of 500 reads, without taking it. */
    private static final String CLAIM = """
            select q.ctid, q.keys from queue q where q.channel = 'whatsapp' and q.lane = 0
                and q.due_at <= statement_timestamp() order by q.due_at limit 5""";

    private static final int CLAIMS = 21;

    private final int people;
    private final Connection ledger;
    private final long[] reached = new long[11];
    private int passed;
    private double claimAtStart;
    private double claimAtEnd;

    Tenths(int people, Connection ledger) throws SQLException {
        this.people = people;
        this.ledger = ledger;
        reached[0] = System.nanoTime();
    }

    /** @return whether that is all of them */
    boolean saw(long accepted) throws SQLException {
        while (passed < 10 && accepted >= (passed + 1L) * people / 10) {
            reached[++passed] = System.nanoTime();
            if (people >= MANY && passed == 1) {
                claimAtStart = claim();
            } else if (people >= MANY && passed == 9) {
                claimAtEnd = claim();
            }
        }
        return accepted >= people;
    }

    void put(Part part, String prefix) {
        if (people >= MANY) {
            part.put(prefix + "messages/s of the second tenth", rate(1));
            part.put(prefix + "messages/s of the last tenth", rate(9));
            part.put(prefix + "ms to read the queue's head, after one tenth", claimAtStart);
            part.put(prefix + "ms to read the queue's head, after nine tenths", claimAtEnd);
        }
    }

    private double rate(int tenth) {
        return people / 10.0 / Waiting.seconds(reached[tenth], reached[tenth + 1]);
    }

    /** The median of several. */
    private double claim() throws SQLException {
        double[] millis = new double[CLAIMS];
        try (Statement settings = ledger.createStatement();
                PreparedStatement claim = ledger.prepareStatement(CLAIM)) {
            settings.execute("set enable_seqscan = off");
            for (int i = 0; i < CLAIMS; i++) {
                long before = System.nanoTime();
                claim.executeQuery().close();
                millis[i] = (System.nanoTime() - before) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis[CLAIMS / 2];
    }
}
