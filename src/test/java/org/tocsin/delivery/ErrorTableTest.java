package org.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tocsin.delivery.ErrorTable.Verdict;

class ErrorTableTest {
    private static final String HEAD = "code,verdict,retry_after_s,scope,meaning,source\n";

    /** All codes of the table in the reference (A7), so that none is lost by an edit. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                0, 1, 2, 3, 4, 10, 33, 100, 190, 200, 250, 299, 368, 80007, 130403, 130429, 130472, 130497, 130501,
                131000, 131005, 131008, 131009, 131014, 131016, 131020, 131021, 131026, 131030, 131031, 131037, 131041,
                131042, 131043, 131045, 131047, 131048, 131049, 131050, 131051, 131052, 131053, 131055, 131056, 131057,
                131059, 131060, 131062, 131063, 131064, 131201, 131215, 132000, 132001, 132005, 132007, 132008, 132012,
                132015, 132016, 132018, 132021, 132068, 132069, 133000, 133004, 133005, 133006, 133008, 133009, 133010,
                133015, 133016, 134011, 134100, 134101, 134102, 135000, 137000, 138000, 139000, 147000, 2388001,
                2494100, 2593107, 2593108
            })
    void knowsEveryCodeOfTheCloudApi(long code) {
        assertThat(ErrorTable.load("/whatsapp-errors.csv").find(code)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "/whatsapp-errors.csv,-1",
        "/whatsapp-errors.csv,300",
        "/whatsapp-errors.csv,131027",
        "/smpp-status.csv,0",
        "/smpp-status.csv,1024"
    })
    void doesNotKnowWhatIsNotInTheTable(String table, long code) {
        assertThat(ErrorTable.load(table).find(code)).isNull();
    }

    @Test
    void onlyRetriesWait() {
        for (String table : new String[] {"/whatsapp-errors.csv", "/smpp-status.csv"}) {
            assertThat(ErrorTable.load(table).rows()).hasSizeGreaterThan(40).allSatisfy(row -> assertThat(
                            row.retryAfter() == null || row.verdict() == Verdict.RETRY)
                    .isTrue());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x,retry,,,m,s",
                "5-4,retry,,,m,s",
                "-7,retry,,,m,s",
                "5,perhaps,,,m,s",
                "5,retry,0,sender,m,s",
                "5,retry,7,,m,s",
                "5,retry,,sender,m,s",
                "5,retry,7,everybody,m,s",
                "5,retry,x,sender,m,s",
                "5,next-rung,7,sender,m,s",
                "5,retry,,,,s",
                "5,retry,,,m,",
                "5,retry,,,m,s\n5,retry,,,m,s",
                "1-9,retry,,,m,s\n5,retry,,,m,s",
                "5,retry,,,m,s\n1-9,retry,,,m,s",
                "5",
                ""
            })
    void aTableThatCannotBeUnderstoodStopsTheStart(String rows) {
        assertThatThrownBy(() -> ErrorTable.read("errors.csv", new StringReader(HEAD + rows)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("errors.csv");
    }

    @Test
    void readsRangesAndHexadecimal() throws IOException {
        ErrorTable table = ErrorTable.read("t", new StringReader(HEAD + "0x10-0x1F,unknown,,,m,s\n"));
        assertThat(table.find(16)).isNotNull();
        assertThat(table.find(31)).isNotNull();
        assertThat(table.find(32)).isNull();
    }
}
