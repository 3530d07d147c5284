package org.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TocsinCommandTest {

    @ParameterizedTest
    @CsvSource({
        "'', serve",
        "--server.port=0, serve --server.port=0",
        "--debug, serve --debug",
        "serve --x=1, serve --x=1",
        "--help, --help",
        "--version, --version",
        "simulate, simulate",
    })
    void withoutAWordItServes(String given, String understood) {
        String[] arguments = given.isEmpty() ? new String[0] : given.split(" ");
        assertThat(TocsinCommand.servingByDefault(arguments)).containsExactly(understood.split(" "));
    }

    @ParameterizedTest
    @CsvSource({"--help, 0", "--version, 0", "serve --help, 0", "srve, 2"})
    void usageHasExitCodes(String given, int code) {
        assertThat(TocsinCommand.execute(given.split(" "))).isEqualTo(code);
    }
}
