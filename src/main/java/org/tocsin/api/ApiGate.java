package org.tocsin.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tocsin.intake.Principal;
import org.tocsin.intake.Role;
import org.tocsin.intake.Submission;
import org.tocsin.intake.http.HttpAnswer;
import org.tocsin.intake.http.HttpAnswer.Problems;
import org.tocsin.intake.http.HttpCaller;

/**
 * Stands before {@code /api} and {@code /hooks}: is the hub ready, whose key is that, may it do this, is the body small
 * enough. In this order, so that a stranger learns and costs nothing.
 */
final class ApiGate extends OncePerRequestFilter {
    static final int MAX_BODY = 1 << 20;

    /** Has its own proof of origin (an HMAC over its raw body) and its own limit. */
    static final String WHATSAPP = "/hooks/whatsapp";

    private static final String HOOKS = "/hooks/";
    private static final String BEARER = "Bearer ";
    private static final Pattern HOOK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");
    private static final Set<String> TRIGGER_PATHS = Set.of("/api/alerts", "/api/alerts/plan");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Keyring keyring;
    private final HookProofs proofs;
    private final ApplicationAvailability availability;
    private final InstantSource clock;

    ApiGate(Keyring keyring, HookProofs proofs, ApplicationAvailability availability, InstantSource clock) {
        this.keyring = keyring;
        this.proofs = proofs;
        this.availability = availability;
        this.clock = clock;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return path(request).equals(WHATSAPP);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
            response.setHeader("Retry-After", String.valueOf(HttpAnswer.RETRY_SECONDS));
            refuse(response, 503, "hub", "a hub that is ready: come back in " + HttpAnswer.RETRY_SECONDS + " s");
            return;
        }
        Principal principal = principal(request);
        HookProof proof = principal == null && request.getMethod().equals("POST") ? proofs.of(hook(request)) : null;
        if (proof != null && proof.mayHold(request, clock.instant())) {
            Principal source = new Principal(Submission.HOOK + hook(request), Role.TRIGGER, null);
            admitted(request, response, chain, source, proof);
        } else if (principal == null) {
            stranger(response);
        } else if (!allowed(request, principal)) {
            refuse(response, 403, "Authorization", "a key with the role operator");
        } else {
            admitted(request, response, chain, principal, null);
        }
    }

    /** The same for a proof that is missing, wrong or old. */
    private static void stranger(HttpServletResponse response) throws IOException {
        response.setHeader("WWW-Authenticate", "Bearer");
        refuse(response, 401, "Authorization", "Bearer and a key of this hub, or the proof of this source");
    }

    /** @param proof what the body has still to hold against, or null */
    private void admitted(
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain,
            Principal principal,
            @Nullable HookProof proof)
            throws ServletException, IOException {
        String signedId = proof == null ? null : proof.id(request);
        String key = signedId != null ? "id:" + signedId : request.getHeader("Idempotency-Key");
        String hook = hook(request);
        if (key != null && !IDEMPOTENCY_KEY.matcher(key).matches()) {
            refuse(response, 422, "Idempotency-Key", "1 to 200 printable characters");
        } else if (hook != null && !HOOK.matcher(hook).matches()) {
            refuse(response, 404, "source", "letters, digits, _ and -");
        } else if (hook != null && !readable(request.getContentType())) {
            refuse(response, 415, "Content-Type", "application/json, text/csv or text/plain");
        } else {
            BufferedRequest buffered = BufferedRequest.read(request, MAX_BODY);
            if (buffered == null) {
                // The rest of the body is not read: the connection cannot be used again.
                response.setHeader("Connection", "close");
                refuse(response, 413, "body", "at most " + MAX_BODY + " bytes");
            } else if (proof != null && !proof.holds(request, buffered.body(), clock.instant())) {
                stranger(response);
            } else {
                HttpCaller caller = new HttpCaller(principal, hook, key, CloudEventHeaders.of(request));
                buffered.setAttribute(HttpCaller.ATTRIBUTE, caller);
                chain.doFilter(buffered, response);
            }
        }
    }

    private static @Nullable String hook(HttpServletRequest request) {
        String path = path(request);
        return path.startsWith(HOOKS) ? path.substring(HOOKS.length()) : null;
    }

    private @Nullable Principal principal(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? keyring.principal(header.substring(BEARER.length()).trim())
                : null;
    }

    private static boolean allowed(HttpServletRequest request, Principal principal) {
        String path = path(request);
        return principal.role() == Role.OPERATOR
                || (request.getMethod().equals("POST") && (TRIGGER_PATHS.contains(path) || path.startsWith(HOOKS)));
    }

    /** JSON, also as some senders call it, CSV and words; never a form, which would be taken apart into parameters. */
    private static boolean readable(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        String type = contentType.split(";", 2)[0].trim().toLowerCase(java.util.Locale.ROOT);
        return type.equals("application/json")
                || type.endsWith("+json")
                || type.equals("text/plain")
                || type.equals("text/csv");
    }

    /** Decoded and normalised by the container: what the handlers are chosen by. */
    private static String path(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return request.getServletPath() + (rest == null ? "" : rest);
    }

    private static void refuse(HttpServletResponse response, int status, String element, String expected)
            throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getOutputStream().write(JSON.writeValueAsBytes(Problems.of(element, expected)));
    }
}
