package org.tocsin.feed;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses of others this hub may call: the guard against being led into its own network. What is written is
 * looked at by {@link #check}; what a name resolves to by {@link #requireReachable}, at the moment of the connection.
 *
 * @param hosts that may be called; {@code *.example.org} stands for every host below it
 * @param internal those of {@code hosts} that may be in our own network
 * @param ports that may be called
 */
public record OutwardRules(Set<String> hosts, Set<String> internal, Set<Integer> ports) {
    private static final Pattern HOST = Pattern.compile("[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+]");
    private static final Pattern LAST_LABEL_A_NUMBER = Pattern.compile("(?:.*\\.)?(?:\\d+|0x[0-9a-f]*)");
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern QUAD = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final int MAX_LENGTH = 2_000;

    public OutwardRules {
        hosts = lower(hosts);
        internal = lower(internal);
        ports = Set.copyOf(ports);
    }

    private static Set<String> lower(Set<String> names) {
        Set<String> all = new HashSet<>();
        names.forEach(name -> all.add(name.trim().toLowerCase(Locale.ROOT)));
        return Set.copyOf(all);
    }

    /**
     * As it is to be called: absolute, without a fragment.
     *
     * @throws AddressRefused with the sentence that says which rule it breaks
     */
    public URI check(String address) throws AddressRefused {
        if (address.length() > MAX_LENGTH) {
            throw new AddressRefused("an address of at most " + MAX_LENGTH + " characters");
        }
        try {
            return check(new URI(address.trim()));
        } catch (URISyntaxException e) {
            throw new AddressRefused("an address written as RFC 3986 says");
        }
    }

    private URI check(URI uri) throws AddressRefused {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new AddressRefused("an address that begins with http:// or https://");
        }
        if (uri.getRawUserInfo() != null) {
            throw new AddressRefused("an address without user or password in it");
        }
        String host = host(uri);
        if (host == null || host.length() > 253 || !HOST.matcher(host).matches()) {
            throw new AddressRefused("a host name, in ASCII, or an IP address");
        }
        if (LAST_LABEL_A_NUMBER.matcher(host).matches() && !QUAD.matcher(host).matches()) {
            // 2130706433, 0x7f.1 and 0177.0.0.1 are different hosts to different readers.
            throw new AddressRefused("an IPv4 address as four plain decimal numbers");
        }
        if (!isOneOf(hosts, host)) {
            throw new AddressRefused("a host that is configured for this feed (hosts)");
        }
        int port = uri.getPort() == -1 ? (scheme.equals("https") ? 443 : 80) : uri.getPort();
        if (!ports.contains(port)) {
            throw new AddressRefused("a port that is configured for this feed (ports)");
        }
        return withoutFragment(uri);
    }

    /** @throws AddressRefused when it leads to where we may not go, or from https to http */
    URI redirect(URI from, String location) throws AddressRefused {
        URI to;
        try {
            to = from.resolve(new URI(location.trim()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new AddressRefused("a redirect to an address written as RFC 3986 says");
        }
        if ("https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme())) {
            throw new AddressRefused("a redirect that does not leave https");
        }
        return check(to.toString());
    }

    /** At the moment of the connection, for the very addresses that will be connected to. */
    void requireReachable(String host, InetAddress[] resolved) throws AddressRefused {
        boolean house = isOneOf(internal, host.toLowerCase(Locale.ROOT));
        for (InetAddress address : resolved) {
            AddressRange range = AddressRange.of(address);
            if (range == AddressRange.NEVER || range == AddressRange.INTERNAL && !house) {
                throw new AddressRefused("a host of the internet, or one that is listed as internal (internal-hosts)");
            }
        }
    }

    private static @Nullable String host(URI uri) {
        String host = uri.getHost();
        return host == null ? null : host.toLowerCase(Locale.ROOT);
    }

    private static boolean isOneOf(Set<String> names, String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (names.contains(host) || names.contains(bare)) {
            return true;
        }
        return List.copyOf(names).stream()
                .anyMatch(name -> name.startsWith("*.") && host.endsWith(name.substring(1)) && !host.startsWith("["));
    }

    private static URI withoutFragment(URI uri) {
        String text = uri.toString();
        int fragment = text.indexOf('#');
        return fragment < 0 ? uri : URI.create(text.substring(0, fragment));
    }
}
