package org.tocsin.duty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.testing.TestDatabase;

class ParkedTriggersTest {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final TestDatabase database = TestDatabase.fresh();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final ParkedTriggers parked = new ParkedTriggers(jdbc);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aFloodIsOneNotice() {
        park("mqtt-sensors", 500, 10);
        park("hook:pump\nstation", 1, 0);

        var notice = parked.due(PAUSE).orElseThrow();
        assertThat(notice.count()).isEqualTo(501);
        assertThat(notice.sources()).isEqualTo("hook:pump?station, mqtt-sensors");
        parked.told(notice);
        assertThat(parked.due(PAUSE)).isEmpty();
    }

    @Test
    void aMomentIsWaitedForMoreOfTheSame() {
        park("mqtt-sensors", 3, 0);
        assertThat(parked.due(PAUSE)).isEmpty();
        assertThat(jdbc.queryForObject("select count(notice_at) from parked", Long.class))
                .isZero();
    }

    @Test
    void whatComesAfterANoticeWaitsForThePause() {
        park("mqtt-sensors", 1, 10);
        parked.told(parked.due(PAUSE).orElseThrow());
        park("jms-incidents", 2, 10);
        assertThat(parked.due(PAUSE)).isEmpty();
        assertThat(parked.due(Duration.ZERO).orElseThrow().count()).isEqualTo(2);
    }

    @Test
    void aNoticeThatWasNotToldIsTheSameOneAgain() {
        park("mqtt-sensors", 2, 10);
        var notice = parked.due(PAUSE).orElseThrow();
        park("mqtt-sensors", 1, 10);
        assertThat(parked.due(PAUSE)).contains(notice);
    }

    @Test
    void ofTheHubsOwnNoticesNobodyIsTold() {
        park(DutyDesk.SOURCE, 1, 10);
        assertThat(parked.due(PAUSE)).isEmpty();
    }

    @Test
    void whatWasReplayedBeforeAnybodyCouldBeToldNeedsNobody() {
        park("mqtt-sensors", 1, 10);
        jdbc.update("update parked set state = 'REPLAYED'");
        assertThat(parked.due(PAUSE)).isEmpty();
    }

    private void park(String source, int count, int secondsAgo) {
        jdbc.update("""
                insert into parked (site, source, submitted_by, format, reason, payload_enc, attributes_enc,
                    payload_hash, received_at)
                select 'main', ?, 'tests', 'JSON', 'no JSON', '', '', uuid_send(gen_random_uuid()),
                    now() - make_interval(secs => ?) from generate_series(1, ?)""", source, (double) secondsAgo, count);
    }
}
