package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tocsin.delivery.PeopleOfADay.Wish;
import org.tocsin.directory.Address;
import org.tocsin.testing.TestDatabase;

/** The different people of 24 h, in rows of a real database. */
class PeopleOfADayTest {
    private final TestDatabase database = TestDatabase.fresh();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theLastPlacesAreKeptForWhatIsUrgent() {
        assertThat(reserve(10, 0.2, wishes(0, 10, 5))).as("Minor").hasSize(2);
        assertThat(reserve(10, 0.2, wishes(20, 1, 3))).as("Moderate, Immediate").hasSize(1);
        assertThat(reserve(10, 0.2, wishes(30, 3, 2)))
                .as("Severe, not Immediate")
                .hasSize(1);
        assertThat(reserve(10, 0.2, wishes(40, 1, 0))).as("Extreme").hasSize(1);
    }

    @Test
    void theUrgentLaneComesFirstWithinOneClaim() {
        List<Wish> wishes = Stream.concat(wishes(0, 6, 0).stream(), wishes(10, 6, 1).stream())
                .toList();
        assertThat(reserve(10, 0, wishes)).containsExactlyInAnyOrder(address(14), address(15));
    }

    @Test
    void whoIsCountedAlreadyTakesNoPlace() {
        assertThat(reserve(10, 0, wishes(0, 10, 0))).isEmpty();
        assertThat(reserve(10, 0, wishes(5, 10, 0)))
                .containsExactlyInAnyOrder(address(10), address(11), address(12), address(13), address(14));
        assertThat(reserve(10, 0, wishes(0, 10, 3))).isEmpty();
    }

    @Test
    void twoMessagesForOnePersonInOneClaimAreOnePlace() {
        List<Wish> twice = Stream.concat(wishes(0, 2, 0).stream(), wishes(0, 2, 0).stream())
                .toList();
        assertThat(reserve(2, 0, twice)).isEmpty();
    }

    @Test
    void aPlaceIsFreeAfterADayAndADayBeginsAnewWithEachMessage() {
        reserve(10, 0, wishes(0, 10, 0));
        age("23 hours");
        assertThat(reserve(10, 0, wishes(0, 4, 0))).isEmpty();
        assertThat(reserve(10, 0, wishes(10, 1, 0))).hasSize(1);
        age("2 hours");
        assertThat(reserve(10, 0, wishes(10, 7, 0))).as("six places are free").hasSize(1);
        age("23 hours");
        assertThat(reserve(10, 0, wishes(20, 5, 0))).as("four more").hasSize(1);
    }

    @Test
    void twoHubsNeverGiveAPlaceTwice() throws Exception {
        var hubs = Stream.of(0, 1_000)
                .map(first -> CompletableFuture.supplyAsync(() -> IntStream.range(0, 20)
                        .map(i -> reserve(250, 0, wishes(first + i * 10, 10, 0)).size())
                        .sum()))
                .toList();
        int without = 0;
        for (CompletableFuture<Integer> hub : hubs) {
            without += hub.get(60, TimeUnit.SECONDS);
        }
        assertThat(without).isEqualTo(150);
        assertThat(database.jdbc()
                        .sql("select count(*) from portfolio_person")
                        .query(Integer.class)
                        .single())
                .isEqualTo(250);
    }

    private void age(String time) {
        database.jdbc()
                .sql("update portfolio_person set until = until - ?::interval")
                .param(time)
                .update();
    }

    private Set<Address> reserve(int people, double share, List<Wish> wishes) {
        try (Connection hub = database.dataSource().getConnection()) {
            hub.setAutoCommit(false);
            Set<Address> without = new PeopleOfADay(hub, "whatsapp", new Portfolio(people, share)).reserve(wishes);
            hub.commit();
            return without;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Wish> wishes(int first, int number, int lane) {
        return IntStream.range(first, first + number)
                .mapToObj(n -> new Wish(address(n), lane))
                .toList();
    }

    private static Address address(int n) {
        return new Address(
                "person " + n, new byte[0], ByteBuffer.allocate(32).putLong(n).array());
    }
}
