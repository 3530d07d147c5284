package org.tocsin.delivery;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tocsin.testing.TestDatabase;

/** What the fatigue budget costs a plan: {@code mvn -q test -Dtest=PlannerBench}. Prints, and asserts nothing. */
class PlannerBench {
    private static final int PEOPLE = Integer.getInteger("people", 100_000);
    private static final int RUNS = Integer.getInteger("runs", 3);

    @TempDir
    Path folder;

    @Test
    void planOfAMinorAlert() {
        try (TestDatabase database = TestDatabase.fresh()) {
            planStatementsAsTheHubDoes(database);
            PlanningHub off = new PlanningHub(database, folder, 0);
            off.people(PEOPLE);
            time(off, "warm-up", 3, false);
            database.jdbc().sql("analyze").update();
            for (int round = 0; round < 2; round++) {
                time(off, "no budget", RUNS, true);
                time(
                        new PlanningHub(database, folder, 1_000),
                        "budget, fewer alerts than it in the window",
                        RUNS,
                        true);
                for (int n = 0; n < 6; n++) {
                    off.jdbc.update("update alert set state = 'DONE' where id = ?", off.minor());
                }
                time(new PlanningHub(database, folder, 6), "budget, everybody counted, nobody over", RUNS, true);
            }
            PlanningHub three = new PlanningHub(database, folder, 3);
            time(three, "budget 3, everybody over from the fourth on", 7, false);
        }
    }

    private static void planStatementsAsTheHubDoes(TestDatabase database) {
        String name = database.jdbc()
                .sql("select current_database()")
                .query(String.class)
                .single();
        database.jdbc()
                .sql("alter database " + name + " set plan_cache_mode = force_generic_plan")
                .update();
        ((HikariDataSource) database.dataSource()).getHikariPoolMXBean().softEvictConnections();
    }

    /** @param fresh whether nobody had anything before each run */
    private static void time(PlanningHub hub, String what, int runs, boolean fresh) {
        List<Long> millis = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            if (fresh) {
                hub.jdbc.execute("truncate recipient, attempt_order, queue, journal, withheld, fatigue");
            }
            hub.minor();
            long before = System.nanoTime();
            hub.plan();
            millis.add((System.nanoTime() - before) / 1_000_000);
        }
        List<Long> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        System.out.printf("%s: median %d ms of %s for %d people%n", what, sorted.get(runs / 2), millis, PEOPLE);
    }
}
