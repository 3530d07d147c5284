package org.tocsin.publish;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.tocsin.feed.AddressRefused;
import org.tocsin.feed.OutwardRules;
import org.tocsin.privacy.Secret;

/**
 * Keys {@code tocsin.publish.<name>.*} of the subscriptions whose events are posted; the name is that of the route,
 * {@code publish-<name>}. One without an address is not there; other keys below the name are for its route alone.
 */
@ConfigurationProperties("tocsin")
public record PublishSettings(@Nullable Map<String, Webhook> publish) {

    public PublishSettings {
        Map<String, Webhook> posted = new LinkedHashMap<>();
        if (publish != null) {
            publish.forEach((name, webhook) -> {
                if (!webhook.url().isBlank()) {
                    posted.put(name, webhook);
                }
            });
        }
        publish = posted;
    }

    /** Never null. */
    public Map<String, Webhook> webhooks() {
        return publish == null ? Map.of() : publish;
    }

    /**
     * Where events are posted to.
     *
     * @param url https; http only to a host that is listed as internal
     * @param secrets of the signature (Standard Webhooks); while one takes the place of another, each signs
     * @param token for {@code Authorization: Bearer}, where the tool asks for one
     * @param internalHosts those that may be in our own network
     * @param timeout of one call as a whole
     */
    public record Webhook(
            @DefaultValue("") String url,
            @Nullable List<Secret> secrets,
            @Nullable Secret token,
            @DefaultValue List<String> internalHosts,
            @DefaultValue("10s") Duration timeout) {
        private static final int LEAST_BYTES = 24;

        public Webhook {
            secrets = secrets == null
                    ? List.of()
                    : secrets.stream().filter(s -> !s.isBlank()).toList();
            url = url.trim();
        }

        /** What may be called: this address, and nothing else. */
        OutwardRules rules() {
            Set<Integer> ports = new HashSet<>(Set.of(443));
            Set<String> hosts = new HashSet<>();
            try {
                URI own = new URI(url);
                if (own.getHost() != null) {
                    hosts.add(own.getHost());
                }
                ports.add(own.getPort() != -1 ? own.getPort() : "http".equalsIgnoreCase(own.getScheme()) ? 80 : 443);
            } catch (URISyntaxException e) {
                // The rules refuse it, and say so.
            }
            return new OutwardRules(hosts, new HashSet<>(internalHosts), ports);
        }

        /** @throws AddressRefused with the sentence that says what is wrong with it */
        URI address() throws AddressRefused {
            return rules().check(url);
        }

        /** The end of a sentence that begins with the key of this subscription, or null. */
        public @Nullable String problem() {
            try {
                URI address = address();
                boolean plain = !"https".equalsIgnoreCase(address.getScheme());
                if (plain && internalHosts.stream().noneMatch(host -> isHost(host, address))) {
                    return ".url: expected an address that begins with https://, or a host of internal-hosts";
                }
            } catch (AddressRefused refused) {
                return ".url: expected " + refused.getMessage();
            }
            if (secrets.isEmpty() || secrets.stream().anyMatch(secret -> !isSound(secret))) {
                return ".secrets: expected one or more of at least " + LEAST_BYTES
                        + " random bytes each, in base64, such as whsec_ and the output of openssl rand -base64 32;"
                        + " set them in the environment";
            }
            if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofSeconds(20)) > 0) {
                return ".timeout: expected a time of at most 20s";
            }
            return null;
        }

        private static boolean isHost(String host, URI address) {
            return host.trim().toLowerCase(Locale.ROOT).equals(address.getHost().toLowerCase(Locale.ROOT));
        }

        private static boolean isSound(Secret secret) {
            try {
                return StandardSignature.key(secret).length >= LEAST_BYTES;
            } catch (IllegalArgumentException notBase64) {
                return false;
            }
        }
    }
}
