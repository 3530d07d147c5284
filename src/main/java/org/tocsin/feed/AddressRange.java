package org.tocsin.feed;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * What kind of network an IP address belongs to (IANA special-purpose address registries, 2026-01). An address that
 * carries another one inside (NAT64, IPv4-compatible) is of the kind of the inner one.
 */
enum AddressRange {
    /** The internet. */
    PUBLIC,
    /** Of our own house: loopback, RFC 1918, carrier-grade NAT, unique local. Only for hosts listed as internal. */
    INTERNAL,
    /** Nobody's server: link-local (169.254.169.254 gives out a cloud's credentials), multicast, reserved, tunnels. */
    NEVER;

    private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

    static AddressRange of(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isLinkLocalAddress() || address.isMulticastAddress()) {
            return NEVER;
        }
        if (address.isLoopbackAddress()) {
            return INTERNAL;
        }
        if (address instanceof Inet4Address) {
            return v4(address.getAddress());
        }
        return address instanceof Inet6Address ? v6(address.getAddress()) : NEVER;
    }

    private static AddressRange v4(byte[] address) {
        int a = address[0] & 0xff;
        int b = address[1] & 0xff;
        int c = address[2] & 0xff;
        if (a == 10 || a == 172 && b >= 16 && b < 32 || a == 192 && b == 168 || a == 100 && b >= 64 && b < 128) {
            return INTERNAL;
        }
        boolean documentation = a == 192 && b == 0 && (c == 0 || c == 2)
                || a == 198 && b == 51 && c == 100
                || a == 203 && b == 0 && c == 113;
        boolean benchmark = a == 198 && (b == 18 || b == 19);
        boolean relay = a == 192 && b == 88 && c == 99;
        return a == 0 || a == 127 || a >= 224 || documentation || benchmark || relay ? NEVER : PUBLIC;
    }

    private static AddressRange v6(byte[] address) {
        if (startsWith(address, NAT64) || startsWith(address, new byte[12])) {
            return inner(Arrays.copyOfRange(address, 12, 16));
        }
        int first = (address[0] & 0xff) << 8 | address[1] & 0xff;
        if ((first & 0xfe00) == 0xfc00) {
            return INTERNAL;
        }
        int second = (address[2] & 0xff) << 8 | address[3] & 0xff;
        boolean teredoAndTheLike = first == 0x2001 && (second < 0x200 || second == 0x0db8);
        // Global unicast is 2000::/3; 6to4 would carry any IPv4 address.
        return (first & 0xe000) != 0x2000 || first == 0x2002 || first == 0x3fff || teredoAndTheLike ? NEVER : PUBLIC;
    }

    private static AddressRange inner(byte[] v4) {
        try {
            return of(InetAddress.getByAddress(v4));
        } catch (UnknownHostException e) {
            return NEVER;
        }
    }

    private static boolean startsWith(byte[] address, byte[] prefix) {
        return Arrays.equals(address, 0, prefix.length, prefix, 0, prefix.length);
    }
}
