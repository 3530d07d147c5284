package org.tocsin.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutwardRulesTest {
    private static final OutwardRules RULES = new OutwardRules(
            Set.of(
                    "feeds.example.org",
                    "*.weather.example",
                    "127.0.0.1",
                    "[::1]",
                    "8.8.8.8",
                    "2130706433",
                    "0177.0.0.1"),
            Set.of("127.0.0.1"),
            Set.of(80, 443, 8080));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://feeds.example.org/a?b=c",
                "HTTPS://Feeds.Example.ORG/",
                "http://feeds.example.org:8080/x",
                "https://alerts.weather.example/cap",
                "http://a.b.weather.example/",
                "http://127.0.0.1/",
                "http://[::1]:8080/",
            })
    void whatIsConfiguredMayBeCalled(String address) {
        assertThatCode(() -> RULES.check(address)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    file:///etc/passwd                        | http:// or https://
                    ftp://feeds.example.org/                  | http:// or https://
                    jar:http://feeds.example.org/x!/          | http:// or https://
                    gopher://feeds.example.org/               | http:// or https://
                    feeds.example.org/a                       | http:// or https://
                    //feeds.example.org/a                     | http:// or https://
                    http://user@feeds.example.org/            | without user
                    http://a:b@feeds.example.org/             | without user
                    https://feeds.example.org:22/             | port
                    https://feeds.example.org:0/              | port
                    https://other.example.org/                | host that is configured
                    https://weather.example/                  | host that is configured
                    https://weather.example.evil.org/         | host that is configured
                    https://feeds.example.org.evil.org/       | host that is configured
                    http://2130706433/                        | four plain decimal
                    http://0x7f000001/                        | four plain decimal
                    http://0x7f.0.0.1/                        | a host name
                    http://0177.0.0.1/                        | four plain decimal
                    http://127.1/                             | a host name
                    http://127.0.0.1./                        | a host name
                    http://[::ffff:127.0.0.1]/                | host that is configured
                    http://[fe80::1%25eth0]/                  | a host name
                    http:///x                                 | a host name
                    http://f\u00e9eds.example.org/            | a host name
                    http://feeds.example.org\\@evil.org/      | RFC 3986
                    http://a b/                               | RFC 3986
                    """)
    void allElseIsRefusedByItsRule(String address, String rule) {
        assertThatThrownBy(() -> RULES.check(address))
                .isInstanceOf(AddressRefused.class)
                .hasMessageContaining(rule)
                .message()
                .doesNotContain("example");
    }

    @Test
    void aRedirectIsCheckedAsAnyAddressIsAndDoesNotLeaveTls() throws AddressRefused {
        URI from = URI.create("https://feeds.example.org/a/b");
        assertThat(RULES.redirect(from, "../c#d")).hasToString("https://feeds.example.org/c");
        assertThat(RULES.redirect(from, "//alerts.weather.example/")).hasToString("https://alerts.weather.example/");
        for (String to : new String[] {
            "http://feeds.example.org/", "https://evil.org/", "https://169.254.169.254/", "file:///x", "a b", "%"
        }) {
            assertThatThrownBy(() -> RULES.redirect(from, to)).as(to).isInstanceOf(AddressRefused.class);
        }
    }

    @Test
    void oneBadAddressOfANameIsEnoughToRefuseIt() throws Exception {
        InetAddress good = InetAddress.getByName("8.8.8.8");
        assertThatCode(() -> RULES.requireReachable("feeds.example.org", new InetAddress[] {good}))
                .doesNotThrowAnyException();
        for (String bad : new String[] {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:192.168.0.1"}) {
            InetAddress[] both = {good, InetAddress.getByName(bad)};
            assertThatThrownBy(() -> RULES.requireReachable("feeds.example.org", both))
                    .as(bad)
                    .isInstanceOf(AddressRefused.class);
        }
    }

    @Test
    void whatIsInternalMayBeInOurHouseButNeverLinkLocal() throws Exception {
        InetAddress[] house = {InetAddress.getByName("127.0.0.1")};
        InetAddress[] metadata = {InetAddress.getByName("169.254.169.254")};
        assertThatCode(() -> RULES.requireReachable("127.0.0.1", house)).doesNotThrowAnyException();
        assertThatThrownBy(() -> RULES.requireReachable("127.0.0.1", metadata)).isInstanceOf(AddressRefused.class);
    }
}
