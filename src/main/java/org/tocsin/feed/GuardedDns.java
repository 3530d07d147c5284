package org.tocsin.feed;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves a name for the connection that is about to be made, and gives out only what may be called. The client connects
 * to what is returned here and asks no second time, so a name that answers otherwise the next time changes nothing.
 */
public final class GuardedDns implements DnsResolver {
    private final OutwardRules rules;
    private final DnsResolver names;

    /** @param names who is asked */
    public GuardedDns(OutwardRules rules, DnsResolver names) {
        this.rules = rules;
        this.names = names;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(host);
        if (addresses == null || addresses.length == 0) {
            throw new UnknownHostException("a host that can be resolved");
        }
        rules.requireReachable(host, addresses);
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
