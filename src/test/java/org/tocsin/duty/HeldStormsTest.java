package org.tocsin.duty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.testing.TestDatabase;

class HeldStormsTest {
    private final TestDatabase database = TestDatabase.fresh();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final HeldStorms storms = new HeldStorms(jdbc);

    @AfterEach
    void close() {
        database.close();
    }

    private void storm(String source, int rank, int secondsAgo) {
        jdbc.update(
                "insert into brake_source (site, source, storm_at, storm_last_at, storm_held, storm_rank)"
                        + " values ('main', ?, now() - ? * interval '1 second', now(), 500, ?)",
                source,
                secondsAgo,
                rank);
    }

    @Test
    void aStormIsToldOnceHoweverManyItHolds() {
        storm("hook:pump\nstation", 2, 10);

        HeldStorms.Storm storm = storms.due().get(0);
        assertThat(storm.shown()).isEqualTo("hook:pump?station");
        assertThat(storm.held()).isEqualTo(500);
        storms.told(storm);
        jdbc.update("update brake_source set storm_held = 5000");

        assertThat(storms.due()).isEmpty();
    }

    @Test
    void itIsToldAgainWhenSomethingGraverIsHeld() {
        storm("jms-incidents", 3, 10);
        storms.told(storms.due().get(0));
        jdbc.update("update brake_source set storm_rank = 1");

        assertThat(storms.due()).hasSize(1);
    }

    @Test
    void aSourceWithoutAStormIsNotTold() {
        jdbc.update("insert into brake_source (site, source, passed) values ('main', 'api', 12)");

        assertThat(storms.due()).isEmpty();
    }

    @Test
    void aMomentIsWaitedForMoreOfTheSame() {
        storm("jms-incidents", 1, 0);

        assertThat(storms.due()).isEmpty();
    }
}
