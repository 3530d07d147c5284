package org.tocsin.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangeTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "8.8.8.8, PUBLIC",
        "172.15.255.255, PUBLIC",
        "172.32.0.1, PUBLIC",
        "100.63.255.255, PUBLIC",
        "100.128.0.1, PUBLIC",
        "192.167.1.1, PUBLIC",
        "2a00:1450:4007:80c::200e, PUBLIC",
        "2001:4860:4860::8888, PUBLIC",
        "64:ff9b::8.8.8.8, PUBLIC",
        "127.0.0.1, INTERNAL",
        "127.255.255.254, INTERNAL",
        "10.0.0.1, INTERNAL",
        "172.16.0.1, INTERNAL",
        "172.31.255.255, INTERNAL",
        "192.168.0.1, INTERNAL",
        "100.64.0.1, INTERNAL",
        "100.127.255.255, INTERNAL",
        "::1, INTERNAL",
        "::ffff:127.0.0.1, INTERNAL",
        "::ffff:10.1.2.3, INTERNAL",
        "::127.0.0.1, INTERNAL",
        "64:ff9b::10.0.0.1, INTERNAL",
        "fc00::1, INTERNAL",
        "fd12:3456:789a::1, INTERNAL",
        "0.0.0.0, NEVER",
        "0.1.2.3, NEVER",
        "169.254.169.254, NEVER",
        "::ffff:169.254.169.254, NEVER",
        "64:ff9b::169.254.169.254, NEVER",
        "192.0.0.192, NEVER",
        "192.0.2.1, NEVER",
        "198.18.0.1, NEVER",
        "198.51.100.1, NEVER",
        "203.0.113.1, NEVER",
        "224.0.0.1, NEVER",
        "240.0.0.1, NEVER",
        "255.255.255.255, NEVER",
        "::, NEVER",
        "fe80::1, NEVER",
        "fec0::1, NEVER",
        "ff02::1, NEVER",
        "2001:db8::1, NEVER",
        "2001::1, NEVER",
        "2002:7f00:1::, NEVER",
        "64:ff9b:1::1, NEVER",
        "100::1, NEVER",
        "4000::1, NEVER",
    })
    void ofEachNetwork(String address, AddressRange range) throws UnknownHostException {
        assertThat(AddressRange.of(InetAddress.getByName(address))).isEqualTo(range);
    }
}
