package org.tocsin.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.tocsin.privacy.Secret;

/**
 * How the webhooks of a source prove where they come from; a source without entry needs an API key.
 *
 * @param hooks by the source, the last part of {@code /hooks/<source>}
 */
@ConfigurationProperties("tocsin")
record HookSettings(@Nullable Map<String, Hook> hooks) {

    HookSettings {
        hooks = hooks == null ? Map.of() : Map.copyOf(hooks);
        hooks.forEach((source, hook) -> {
            String problem = source.equals("whatsapp") ? "is proven by Meta's signature" : hook.problem();
            if (problem != null) {
                throw new IllegalArgumentException("tocsin.hooks." + source + " " + problem);
            }
        });
    }

    enum Proof {
        /** HMAC-SHA256 over the raw body, or over {@code signed}. */
        HMAC,
        /** HMAC as in the Standard Webhooks specification; secrets may begin with {@code whsec_}. */
        STANDARD_WEBHOOKS,
        /** A secret that comes as it is: {@code Authorization: Bearer}, or a header of its own. */
        TOKEN,
        /** HTTP basic authentication: {@code username}, and one of the secrets. */
        BASIC
    }

    enum Encoding {
        HEX,
        BASE64
    }

    /**
     * @param secrets several while one takes the place of another
     * @param header of the signatures, or of the token
     * @param prefix of each signature: {@code sha256=}, {@code v1=}
     * @param signed what is signed: {@code {body}}, with {@code {timestamp}} and {@code {id}} where the sender has them
     * @param timestampHeader seconds or milliseconds since 1970; the same as {@code header} where it stands there as t=
     * @param idHeader what names the request: the same again gets the same result
     * @param maxAge how far the timestamp may be from now, before or after
     */
    record Hook(
            @Nullable Proof proof,
            @Nullable List<Secret> secrets,
            @Nullable String header,
            @Nullable String prefix,
            @DefaultValue("hex") Encoding encoding,
            @Nullable String signed,
            @Nullable String timestampHeader,
            @Nullable String idHeader,
            @DefaultValue("5m") Duration maxAge,
            @Nullable String username) {

        Hook {
            secrets = secrets == null ? List.of() : List.copyOf(secrets);
            boolean standard = proof == Proof.STANDARD_WEBHOOKS;
            header = header != null ? header : standard ? "webhook-signature" : "Authorization";
            prefix = prefix != null ? prefix : standard ? "v1," : "";
            signed = signed != null ? signed : standard ? "{id}.{timestamp}.{body}" : "{body}";
            timestampHeader = timestampHeader == null && standard ? "webhook-timestamp" : timestampHeader;
            idHeader = idHeader == null && standard ? "webhook-id" : idHeader;
            encoding = standard ? Encoding.BASE64 : encoding;
        }

        /** The end of a sentence that begins with the key, or null. */
        @Nullable
        String problem() {
            if (proof == null) {
                return "says no proof: expected hmac, standard-webhooks, token or basic";
            }
            if (secrets.isEmpty()
                    || secrets.stream().anyMatch(secret -> secret.reveal().length() < 8)) {
                return "needs secrets, each of at least 8 characters: set them in the environment";
            }
            if (proof == Proof.HMAC && header.equals("Authorization")) {
                return "needs header: the one that the signature comes in";
            }
            if (proof == Proof.BASIC && (username == null || username.isBlank())) {
                return "needs username";
            }
            if (!signed.contains("{body}")) {
                return "signs no {body}: anything could be put beneath the signature";
            }
            if (signed.contains("{timestamp}") != (timestampHeader != null)) {
                return "needs both, or none, of timestamp-header and {timestamp} in signed";
            }
            return signed.contains("{id}") == (idHeader != null)
                    ? null
                    : "needs both, or none, of id-header and {id} in signed";
        }
    }
}
